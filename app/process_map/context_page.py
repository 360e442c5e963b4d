"""Prepares the pages of the context, the scope and the required roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.accounts.roles import title_of
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.process_map.context import ReviewStanding, issues, parties, review_standing
from app.process_map.models import ContextIssue, InterestedParty, Origin, RequiredRole, ScopeVersion
from app.process_map.parts import role_titles
from app.process_map.processes import may_maintain
from app.process_map.roles import SeatLine, seats
from app.process_map.rules import Vacancy
from app.process_map.scope import scope_on, versions
from app.process_map.words import origin_words, reach_words, vacancy_words
from app.records.urls import record_url
from app.web.addresses import address
from app.web.parts import Chip, Link, OpenPoint


@dataclass(frozen=True, slots=True)
class ContextCard:
    """An issue or a party as the page shows it. Shape: `lines` are pairs of name and text."""

    title: str
    edit_url: str
    chips: tuple[Chip, ...]
    lines: tuple[tuple[str, str], ...]
    reviewed_on: date | None


@dataclass(frozen=True, slots=True)
class ContextPage:
    """Everything the template of the context draws."""

    internal: tuple[ContextCard, ...]
    external: tuple[ContextCard, ...]
    parties: tuple[ContextCard, ...]
    gone: tuple[ContextCard, ...]
    standing: ReviewStanding
    review: Link | None
    is_empty: bool


@dataclass(frozen=True, slots=True)
class ScopeShown:
    """A version of the scope as the page shows it."""

    starts_on: date
    kept_by: str
    statement: str
    products: str
    sites: tuple[str, ...]
    exclusions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ScopePage:
    """The scope in force, those to come, and those before."""

    present: ScopeShown | None
    coming: tuple[ScopeShown, ...]
    former: tuple[ScopeShown, ...]


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A role that must be held, who holds it, and the door to give it."""

    role: str
    place: str
    holders: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class RolesPage:
    """Everything the template of the roles draws."""

    vacant: tuple[OpenPoint, ...]
    held: tuple[SeatRow, ...]
    required: tuple[Link, ...]


def context_page(session: Session, actor: Actor, today: date) -> ContextPage:
    """Return the context as it stands."""
    known, who = issues(session, with_gone=True), parties(session, with_gone=True)
    standing = review_standing(session, today)
    running = standing.running
    may = may_maintain(actor)
    return ContextPage(
        internal=tuple(
            _issue(one, may_edit=may) for one in known if one.is_active and one.origin == "internal"
        ),
        external=tuple(
            _issue(one, may_edit=may) for one in known if one.is_active and one.origin == "external"
        ),
        parties=tuple(_party(one, may_edit=may) for one in who if one.is_active),
        gone=(
            *(_issue(one, may_edit=may) for one in known if not one.is_active),
            *(_party(one, may_edit=may) for one in who if not one.is_active),
        ),
        standing=standing,
        review=Link(running.number, record_url(running.kind, running.id)) if running else None,
        is_empty=not known and not who,
    )


def scope_page(session: Session, today: date) -> ScopePage:
    """Return the scope in force on a day, with the versions round it."""
    rows = versions(session)
    present = scope_on(session, today)
    sites = {row.id: row.name for row in session.execute(select(Site.id, Site.name))}
    people = names_of(session, [row.created_by_id for row in rows if row.created_by_id])
    shown = {row.id: _scope(row, sites, people) for row in rows}
    return ScopePage(
        present=shown[present.id] if present else None,
        coming=tuple(shown[row.id] for row in reversed(rows) if row.starts_on > today),
        former=tuple(
            shown[row.id]
            for row in rows
            if row.starts_on <= today and (present is None or row.id != present.id)
        ),
    )


def roles_page(session: Session, actor: Actor, today: date) -> RolesPage:
    """Return the roles somebody must hold, vacant ones first."""
    lines = seats(session, today)
    rows = session.scalars(select(RequiredRole).where(RequiredRole.is_active).order_by(RequiredRole.id))
    return RolesPage(
        vacant=tuple(_vacant(line, actor) for line in lines if line.vacancy is not None),
        held=tuple(_held(line) for line in lines if line.vacancy is None),
        required=tuple(
            Link(
                f"{role_titles()[row.role]}, {reach_words()[row.reach].lower()}",
                address("process_parts.change_page", part_key="role", part_id=row.id),
            )
            for row in rows
        ),
    )


def _issues(known: Sequence[ContextIssue], origin: Origin, *, may_edit: bool) -> tuple[ContextCard, ...]:
    return tuple(_issue(one, may_edit=may_edit) for one in known if one.is_active and one.origin == origin)


def _issue(row: ContextIssue, *, may_edit: bool) -> ContextCard:
    climate = _("Climate: yes") if row.is_climate_relevant else _("Climate: no")
    lines = (
        (_("What it is"), row.description),
        (_("Effect"), row.effect),
        (climate, row.climate_rationale),
        (_("Why it is gone"), row.gone_reason),
    )
    chips = [] if row.is_active else [Chip(origin_words()[row.origin], "line")]
    if row.is_climate_relevant:
        chips.append(Chip(_("Climate"), "note", icon="leaf"))
    return ContextCard(
        row.title, _edit("issue", row.id, may_edit=may_edit), tuple(chips), _told(lines), row.reviewed_on
    )


def _party(row: InterestedParty, *, may_edit: bool) -> ContextCard:
    asked = _("They ask for something.") if row.has_climate_requirement else _("They ask for nothing.")
    lines = (
        (_("Needs"), row.needs),
        (_("What we take on"), row.requirement),
        (_("Why not relevant"), "" if row.is_relevant else row.relevance_rationale),
        (_("Climate"), row.climate_rationale or asked),
        (_("Why it is gone"), row.gone_reason),
    )
    chips = [Chip(_("Relevant"), "ok") if row.is_relevant else Chip(_("Not relevant"))]
    if row.has_climate_requirement:
        chips.append(Chip(_("Climate"), "note", icon="leaf"))
    return ContextCard(
        row.name, _edit("party", row.id, may_edit=may_edit), tuple(chips), _told(lines), row.reviewed_on
    )


def _told(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in lines if text)


def _edit(part_key: str, part_id: int, *, may_edit: bool) -> str:
    if not may_edit:
        return ""
    return address("process_parts.change_page", part_key=part_key, part_id=part_id)


def _scope(row: ScopeVersion, sites: Mapping[int, str], people: Mapping[int, str]) -> ScopeShown:
    return ScopeShown(
        starts_on=row.starts_on,
        kept_by=people.get(row.created_by_id or 0, ""),
        statement=row.statement,
        products=row.products,
        sites=tuple(sites[one] for one in row.site_ids if one in sites),
        exclusions=tuple((one["clause"], one["justification"]) for one in row.exclusions),
    )


def _vacant(line: SeatLine, actor: Actor) -> OpenPoint:
    words = vacancy_words()[line.vacancy or Vacancy.NOBODY]
    who = f" ({', '.join(line.holders)})" if line.holders else ""
    place = f", {line.seat.place}" if line.seat.place else ""
    state = "wait" if line.vacancy is Vacancy.ENDS_SOON else "open"
    return OpenPoint(f"{title_of(line.seat.role)}{place}: {words}{who}", state, door=_giving(line, actor))


def _giving(line: SeatLine, actor: Actor) -> Link | None:
    """Return the door behind which the person can fill the seat, None for those who cannot."""
    if line.seat.role.value == "process_owner" and may_maintain(actor):
        return Link(
            _("Name an owner"), address("process_map.edit_page", process_id=line.seat.process_id or 0)
        )
    if policy.can(actor, "admin.people"):
        return Link(_("Give the role"), address("admin_people.register"))
    return None


def _held(line: SeatLine) -> SeatRow:
    return SeatRow(
        title_of(line.seat.role),
        line.seat.place or _("All sites"),
        ", ".join(line.holders),
        Chip(_("Held"), "ok"),
    )
