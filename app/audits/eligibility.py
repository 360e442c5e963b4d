"""Who may audit what: independence of the audited process, and a qualification valid on the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleGrant
from app.accounts.roles import Role
from app.audits.models import AuditorQualification
from app.foundation.dates import written_day
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess

# Roles that audit, decide or administer are no work in the process they were granted for.
_BESIDE_THE_WORK = frozenset({Role.AUDITOR, Role.LEAD_AUDITOR, Role.ADMIN})
LEAD, TEAM = "lead_auditor_id", "team"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to audit a process at a site, and when.

    Shape: `lead_id` None when nobody is named yet; `member_ids` are the others of the team.
    """

    process_id: int | None
    site_id: int | None
    starts_on: date
    ends_on: date
    lead_id: int | None
    member_ids: tuple[int, ...] = ()


def problems_with(session: Session, assignment: Assignment) -> list[Problem]:
    """Return why these people may not audit this, everything at once; empty when they may.

    Source: ISO 9001:2015, 9.2.2 c, objectivity and impartiality; ISO 19011, 7, competence of auditors.
    """
    wanted = [(LEAD, assignment.lead_id)] if assignment.lead_id else []
    wanted += [(TEAM, one) for one in assignment.member_ids]
    people = _names(session, [person for _where, person in wanted])
    involved = people_of_process(session, assignment)
    problems: list[Problem] = []
    for where, person_id in wanted:
        name = people.get(person_id, str(person_id))
        if person_id in involved:
            problems.append(_not_independent(where, name, involved[person_id]))
        if not is_qualified(session, person_id, assignment, leads=where == LEAD):
            problems.append(_not_qualified(where, name, assignment))
    return problems


def people_of_process(session: Session, assignment: Assignment) -> dict[int, str]:
    """Return who owns or works in the process at the site, with the reason in words.

    Shape: only grants given for this process count; a role for all processes is no work in one.
    """
    found = {
        person_id: _("has the role “%(role)s” in it", role=Role(role).value.replace("_", " "))
        for person_id, role in session.execute(_grants_in(assignment))
        if Role(role) not in _BESIDE_THE_WORK
    }
    owner = session.scalar(
        select(BusinessProcess.owner_id).where(BusinessProcess.id == assignment.process_id)
    )
    return found | ({owner: _("owns it")} if owner else {})


def is_qualified(session: Session, person_id: int, assignment: Assignment, *, leads: bool) -> bool:
    """Tell whether the person's qualification covers all days of the audit, to lead it where asked."""
    statement = select(AuditorQualification.id).where(
        AuditorQualification.person_id == person_id,
        AuditorQualification.withdrawn_at.is_(None),
        AuditorQualification.valid_from <= assignment.starts_on,
        AuditorQualification.valid_until >= assignment.ends_on,
    )
    if leads:
        statement = statement.where(AuditorQualification.may_lead.is_(True))
    return session.scalar(statement.limit(1)) is not None


def member_ids(team: object) -> tuple[int, ...]:
    """Return the people of a team as a form gives it, each once, in order."""
    rows: Iterable[object] = team if isinstance(team, Sequence) and not isinstance(team, str) else ()
    ids = [int(one["person_id"]) for one in rows if isinstance(one, dict) and one.get("person_id")]
    return tuple(dict.fromkeys(ids))


def _grants_in(assignment: Assignment) -> Select[int, str]:
    return select(RoleGrant.person_id, RoleGrant.role).where(
        RoleGrant.process_id == assignment.process_id,
        or_(RoleGrant.site_id == assignment.site_id, RoleGrant.site_id.is_(None)),
        RoleGrant.withdrawn_at.is_(None),
        RoleGrant.starts_on <= assignment.ends_on,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= assignment.starts_on),
    )


def _names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _not_independent(where: str, name: str, why: str) -> Problem:
    return Problem(
        where,
        "audit.independence",
        _("%(name)s cannot audit this process, because %(name)s %(why)s.", name=name, why=why),
        _("Name somebody who has no part in the process (9.2.2 c)."),
    )


def _not_qualified(where: str, name: str, assignment: Assignment) -> Problem:
    leads = where == LEAD
    sentence = (
        _(
            "%(name)s has no qualification to lead audits that is valid on %(day)s.",
            name=name,
            day=written_day(assignment.ends_on),
        )
        if leads
        else _(
            "%(name)s has no auditor's qualification that is valid on %(day)s.",
            name=name,
            day=written_day(assignment.ends_on),
        )
    )
    return Problem(
        where,
        "audit.qualification",
        sentence,
        _("Renew the qualification under Auditors, or name somebody else."),
    )
