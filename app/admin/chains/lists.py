"""The list of chains, the versions of one, and what putting a draft in force would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.approvals.chain import Chain
from app.approvals.checks import check_chain
from app.approvals.differences import differences
from app.approvals.models import ChainPolicy, ChainVersion, VersionState
from app.approvals.versions import OPEN, in_force, running_by_version, versions_of
from app.approvals.words import names_in
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.records.register import registers
from app.web.addresses import address
from app.web.parts import Chip, Column, Link


@dataclass(frozen=True, slots=True)
class Change:
    """What putting a draft in force would do: its sentences, what is wrong with it, and what runs on."""

    number: int
    former: int | None
    sentences: tuple[str, ...]
    problems: tuple[Problem, ...]
    running: str


def chain_columns() -> tuple[Column, ...]:
    """Return the columns of the list of chains."""
    return (
        Column("title", _("Chain"), "link"),
        Column("what", _("Approves")),
        Column("version", _("In force"), "number"),
        Column("state", _("State"), "chip"),
        Column("stages", _("Stages")),
        Column("running", _("Running"), "number"),
    )


def chain_rows(session: Session) -> list[dict[str, Any]]:
    """Return all chains by name, with what is in force and what is worked on."""
    policies = session.scalars(select(ChainPolicy).order_by(ChainPolicy.title, ChainPolicy.id)).all()
    rows = session.scalars(
        select(ChainVersion).where(ChainVersion.state.in_([*OPEN, VersionState.IN_FORCE.value]))
    )
    versions: dict[int, dict[str, ChainVersion]] = {}
    for row in rows:
        place = "in_force" if row.state == VersionState.IN_FORCE.value else "open"
        versions.setdefault(row.policy_id, {})[place] = row
    running = running_by_version(session)
    return [_row(policy, versions.get(policy.id, {}), running) for policy in policies]


def version_columns() -> tuple[Column, ...]:
    """Return the columns of the versions of a chain."""
    return (
        Column("number", _("Version"), "link"),
        Column("state", _("State"), "chip"),
        Column("published_at", _("In force from"), "date"),
        Column("edited_by", _("Written by")),
        Column("published_by", _("Agreed by")),
        Column("reason", _("Why")),
        Column("changes", _("What changed")),
        Column("running", _("Running"), "number"),
    )


def version_rows(session: Session, policy: ChainPolicy) -> list[dict[str, Any]]:
    """Return the versions of a chain, the latest first, with what each changed against the one before."""
    found = list(versions_of(session, policy.id))
    ids = {one for row in found for one in (row.edited_by_id, row.published_by_id) if one is not None}
    people = names_of(session, sorted(ids))
    running = running_by_version(session)
    rows = []
    for place, row in enumerate(found):
        before = Chain.from_json(found[place + 1].content) if place + 1 < len(found) else None
        after = Chain.from_json(row.content)
        rows.append(
            {
                "number": Link(
                    str(row.number), address("admin_chains.version", key=policy.key, number=row.number)
                ),
                "state": state_chip(row.state),
                "published_at": row.published_at,
                "edited_by": people.get(row.edited_by_id or 0, "Keel"),
                "published_by": people.get(row.published_by_id or 0, "Keel" if row.published_at else ""),
                "reason": row.reason,
                "changes": _changes(session, before, after),
                "running": running.get(row.id, 0),
            }
        )
    return rows


def change_of(session: Session, policy: ChainPolicy, draft: ChainVersion) -> Change:
    """Return what putting a draft in force would change."""
    standing = in_force(session, policy.id)
    after = Chain.from_json(draft.content)
    before = Chain.from_json(standing.content) if standing else Chain()
    count = running_by_version(session).get(standing.id, 0) if standing else 0
    return Change(
        number=draft.number,
        former=standing.number if standing else None,
        sentences=tuple(differences(before, after, names_in(session, before, after))),
        problems=tuple(check_chain(session, policy.record_kind, after)),
        running=running_words(count, standing.number) if standing and count else "",
    )


def running_words(count: int, number: int) -> str:
    """Return how many approvals end on a version that another is about to replace."""
    return ngettext(
        "%(num)s running approval ends on version %(version)s.",
        "%(num)s running approvals end on version %(version)s.",
        count,
        version=number,
    )


def state_chip(state: str) -> Chip:
    """Return the state of a version."""
    return {
        VersionState.DRAFT.value: Chip(_("Draft"), "accent"),
        VersionState.PROPOSED.value: Chip(_("Waits for a second person"), "warn", icon="hourglass"),
        VersionState.IN_FORCE.value: Chip(_("In force"), "ok"),
        VersionState.FORMER.value: Chip(_("Former"), "line"),
    }[state]


def kind_word(record_kind: str) -> str:
    """Return what a chain approves, in words."""
    register = registers.of_kind(record_kind)
    return register.singular() if register else _(record_kind.replace("_", " ").capitalize())


def _row(policy: ChainPolicy, found: dict[str, ChainVersion], running: dict[int, int]) -> dict[str, Any]:
    standing, open_one = found.get("in_force"), found.get("open")
    shown, latest = standing or open_one, open_one or standing
    rules = Chain.from_json(shown.content).rules if shown else ()
    stages = dict.fromkeys(stage.name for rule in rules for stage in rule.stages)
    return {
        "title": Link(policy.title, address("admin_chains.builder", key=policy.key)),
        "what": kind_word(policy.record_kind),
        "version": standing.number if standing else None,
        "state": state_chip(latest.state) if latest else None,
        "stages": ", ".join(stages),
        "running": running.get(standing.id, 0) if standing else 0,
    }


def _changes(session: Session, before: Chain | None, after: Chain) -> str:
    if before is None:
        return _("The first version.")
    return " ".join(differences(before, after, names_in(session, before, after)))
