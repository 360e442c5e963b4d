"""The scope of the system, in versions that are never changed (clause 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import Site
from app.process_map.models import ScopeVersion
from app.trail import Subject, record


class ScopeInvalid(Invalid):
    """The scope cannot be kept as it is; all problems are listed."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A requirement that does not apply, and why."""

    clause: str
    justification: str


@dataclass(frozen=True, slots=True)
class ScopeText:
    """What a version says."""

    starts_on: date
    statement: str
    products: str
    site_ids: tuple[int, ...]
    exclusions: tuple[Exclusion, ...] = ()


def versions(session: Session) -> Sequence[ScopeVersion]:
    """Return all versions, the one that begins last first."""
    order = (ScopeVersion.starts_on.desc(), ScopeVersion.id.desc())
    return session.scalars(select(ScopeVersion).order_by(*order)).all()


def scope_on(session: Session, day: date) -> ScopeVersion | None:
    """Return the version in force on a day, None before the first."""
    return next((one for one in versions(session) if one.starts_on <= day), None)


def keep_scope(uow: UnitOfWork, text: ScopeText) -> int:
    """Keep a version and return its id; earlier ones stay as they are.

    Errors: ScopeInvalid with all problems. Effects: a trail entry.
    Source: ISO 9001:2015, 4.3: what does not apply needs a justification.
    """
    problems = _problems(uow.session, text)
    if problems:
        raise ScopeInvalid(_("The scope is not complete. Nothing was changed."), problems)
    row = ScopeVersion(
        starts_on=text.starts_on,
        statement=text.statement.strip(),
        products=text.products.strip(),
        site_ids=list(text.site_ids),
        exclusions=[{"clause": one.clause, "justification": one.justification} for one in text.exclusions],
        created_by_id=uow.actor_id,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the trail entry needs the id
    after = {
        "statement": row.statement,
        "products": row.products,
        "site_ids": row.site_ids,
        "exclusions": row.exclusions,
        "starts_on": row.starts_on,
    }
    record(uow, verb="scope.kept", subject=Subject("scope", row.id, row.starts_on.isoformat()), after=after)
    return row.id


def exclusions_from(text: str) -> tuple[Exclusion, ...]:
    """Read exclusions as people type them: one a line, the clause, a colon, and why it does not apply."""
    found = []
    for line in text.splitlines():
        if line.strip():
            clause, _colon, justification = line.partition(":")
            found.append(Exclusion(clause.strip(), justification.strip()))
    return tuple(found)


def exclusions_text(rows: Sequence[dict[str, str]]) -> str:
    """Return exclusions as people type them."""
    return "\n".join(f"{row['clause']}: {row['justification']}" for row in rows)


def _problems(session: Session, text: ScopeText) -> list[Problem]:
    problems = []
    if not text.site_ids:
        problems.append(Problem("sites", "required", _("A scope names at least one site.")))
    known = set(session.scalars(select(Site.id).where(Site.id.in_(text.site_ids))))
    if set(text.site_ids) - known:
        problems.append(Problem("sites", "unknown", _("There is no such site.")))
    bare = [one.clause for one in text.exclusions if not one.justification or not one.clause]
    if bare:
        sentence = _("Without a justification: %(clauses)s.", clauses=", ".join(bare))
        mend = _("Write the clause, a colon, and why it does not apply.")
        problems.append(Problem("exclusions", "justification", sentence, mend))
    return problems
