"""Finding the one approver of a purpose, and naming one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.accounts.groups import holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.approvals.models import NamedApprover
from app.foundation.errors import Broken, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.lifecycle import RecordView


class Purpose(StrEnum):
    """What is approved. The value is the key in tables and trail entries."""

    CAPA_PLAN = "capa_plan"
    CAPA_PLAN_TOP = "capa_plan_top"
    CAPA_CLOSING = "capa_closing"
    CAPA_CLOSING_TOP = "capa_closing_top"
    RISK_TREATMENT = "risk_treatment"
    RISK_TREATMENT_TOP = "risk_treatment_top"
    RISK_ACCEPTANCE = "risk_acceptance"
    RISK_ACCEPTANCE_HIGH = "risk_acceptance_high"
    RISK_ACCEPTANCE_TOP = "risk_acceptance_top"
    AUDIT_PROGRAMME = "audit_programme"
    AUDIT_REPORT = "audit_report"
    CONTEXT_REVIEW = "context_review"


# Who approves where nobody is named (lifecycles 4.1, G-plan and step 13).
FALLBACK = {
    Purpose.CAPA_PLAN: Role.QUALITY_MANAGER,
    Purpose.CAPA_PLAN_TOP: Role.TOP_MANAGEMENT,
    Purpose.CAPA_CLOSING: Role.QUALITY_MANAGER,
    Purpose.CAPA_CLOSING_TOP: Role.TOP_MANAGEMENT,
    Purpose.RISK_TREATMENT: Role.QUALITY_MANAGER,
    Purpose.RISK_TREATMENT_TOP: Role.TOP_MANAGEMENT,
    Purpose.RISK_ACCEPTANCE: Role.PROCESS_OWNER,
    Purpose.RISK_ACCEPTANCE_HIGH: Role.QUALITY_MANAGER,
    Purpose.RISK_ACCEPTANCE_TOP: Role.TOP_MANAGEMENT,
    Purpose.AUDIT_PROGRAMME: Role.TOP_MANAGEMENT,
    Purpose.AUDIT_REPORT: Role.QUALITY_MANAGER,
    Purpose.CONTEXT_REVIEW: Role.TOP_MANAGEMENT,
}


class NoApprover(Broken):
    """Nobody is left who may approve; it is a fault before anybody is asked."""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approves, and why: `named` by an admin, or holding the `role`."""

    person_id: int
    why: str


def approver_of(
    uow: UnitOfWork, purpose: Purpose, site_id: int | None, *, excluded: Collection[int] = ()
) -> Approver:
    """Return the one approver of a purpose at a site.

    Shape: the person named for the site, else for all sites, else the first by name who has the role;
    `excluded` are the people who may not, such as the author.
    Errors: NoApprover when nobody is left.
    Source: separation of duties, house practice: nobody approves what they wrote.
    """
    named = _named(uow.session, purpose, site_id)
    if named is not None and named not in excluded:
        return Approver(named, "named")
    for person_id in holders_of(uow.session, FALLBACK[purpose], site_id, uow.now.date()):
        if person_id not in excluded:
            return Approver(person_id, "role")
    raise NoApprover(
        _(
            "Nobody may approve this: no one is named, and no one else has the role “%(role)s” at the site. "
            "Name an approver or give somebody the role, then try again.",
            role=FALLBACK[purpose].value,
        )
    )


def candidate_for(purpose: Purpose, *, author_role: str) -> Callable[[UnitOfWork, RecordView], int]:
    """Return the rule by which a lifecycle's step goes to the approver of a purpose.

    Shape: the person in the record's `<author_role>_id` never approves.
    """

    def approver(uow: UnitOfWork, record: RecordView) -> int:
        author = record.values.get(f"{author_role}_id")
        excluded = {int(author)} if author is not None else set()
        return approver_of(uow, purpose, record.site_id, excluded=excluded).person_id

    return approver


def name_approver(uow: UnitOfWork, purpose: Purpose, site_id: int | None, person_id: int | None) -> None:
    """Name the approver of a purpose at a site, or everywhere without one; None goes back to the role.

    Errors: Invalid for somebody who cannot work. Effects: one row and a trail entry. Safe to call again.
    """
    if person_id is not None and not uow.session.scalar(
        select(Person.is_active).where(Person.id == person_id)
    ):
        sentence = _("This person cannot work with Keel. Choose somebody who can.")
        raise Invalid(sentence, [Problem("person_id", "inactive", sentence)])
    before = _row(uow.session, purpose, site_id)
    uow.session.execute(
        delete(NamedApprover).where(
            NamedApprover.purpose == purpose.value, NamedApprover.site_id.is_not_distinct_from(site_id)
        )
    )
    if person_id is not None:
        uow.session.add(
            NamedApprover(
                purpose=purpose.value,
                site_id=site_id,
                person_id=person_id,
                named_by_id=uow.actor_id,
                named_at=uow.now,
            )
        )
    record(
        uow,
        verb="approver.named",
        subject=Subject(kind="approver", id=purpose.value, label=purpose.value),
        before={"person": before},
        after={"person": person_id, "site": site_id},
    )


def _named(session: Session, purpose: Purpose, site_id: int | None) -> int | None:
    return session.scalar(
        select(NamedApprover.person_id)
        .join(Person, Person.id == NamedApprover.person_id)
        .where(
            NamedApprover.purpose == purpose.value,
            or_(NamedApprover.site_id == site_id, NamedApprover.site_id.is_(None)),
            Person.is_active,
        )
        .order_by(NamedApprover.site_id.is_(None))
        .limit(1)
    )


def _row(session: Session, purpose: Purpose, site_id: int | None) -> int | None:
    return session.scalar(
        select(NamedApprover.person_id).where(
            NamedApprover.purpose == purpose.value, NamedApprover.site_id.is_not_distinct_from(site_id)
        )
    )
