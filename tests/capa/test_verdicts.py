from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.capa import recurrences, verdicts
from app.capa.models import Capa
from app.foundation import clock
from app.foundation.db import db
from app.foundation.outbox import OutboxMail
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent, QualityEventVerdict
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.workflow.delivery import deliver_due
from tests.factories.records import a_record
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import check, close_capa, confirmed, open_capa, review_risks, waiting


def verdicts_on(subject_id: int) -> list[str]:
    """The kinds of the verdicts on the events of a record, the first first."""
    db.session.rollback()
    about = select(QualityEvent.id).where(QualityEvent.subject_id == subject_id)
    return list(
        db.session.scalars(
            select(QualityEvent.kind)
            .join(QualityEventVerdict, QualityEventVerdict.event_id == QualityEvent.id)
            .where(QualityEventVerdict.closes_id.in_(about))
            .order_by(QualityEvent.id)
        )
    )


def closed(scenario: Scenario) -> Capa:
    """A CAPA that closed as effective."""
    return close_capa(review_risks(check(waiting(scenario).after(days=90)))).record


def like(capa: Capa, subject_id: int) -> EventOrder:
    """A finding with the CAPA's signature."""
    return EventOrder(
        kind=EventKind.MINOR_FINDING,
        subject_kind="nonconformity",
        subject_id=subject_id,
        severity=3,
        occurred_at=clock.now(),
        site_id=capa.site_id,
        process_id=capa.process_id,
        product_family_id=capa.product_family_id,
        failure_mode_id=capa.failure_mode_id,
    )


def test_the_ledger_learns_that_a_capa_worked_and_then_that_it_did_not(scenario: Scenario) -> None:
    asked = closed(scenario).extra["requested_by_id"]
    assert verdicts_on(asked) == ["capa_effective"]

    confirmed(scenario.sibling())

    assert verdicts_on(asked) == ["capa_effective", "capa_ineffective"]


def test_a_failed_cycle_counts_against_what_the_capa_answered(scenario: Scenario) -> None:
    waiting(scenario)
    asked = scenario.record.extra["requested_by_id"]

    check(scenario.after(days=90), new_problems="yes", new_problems_note="Plates crack.")

    assert verdicts_on(asked) == ["capa_ineffective"]


def test_a_late_capa_counts_once_for_the_day_it_was_due(scenario: Scenario) -> None:
    open_capa(scenario)
    assert verdicts.note_overdue() == 0

    clock.clock.advance(timedelta(days=121))

    assert (verdicts.note_overdue(), verdicts.note_overdue()) == (1, 0)


def test_whatever_domain_reports_it_a_closed_capa_is_marked_and_followed(scenario: Scenario) -> None:
    capa = closed(scenario)
    with unit_of_work() as uow:
        record_event(uow, like(capa, a_record(uow, "Found again", site_id=capa.site_id)))

    assert (recurrences.mark_due(), recurrences.mark_due()) == (1, 0)
    deliver_due()

    parent, child = scenario.records(Capa)
    assert (parent.is_recurred, parent.result) == (True, "ineffective")
    assert (child.parent_id, child.cycle) == (parent.id, 2)


def test_a_cause_seen_at_another_site_is_told_to_the_quality_managers(scenario: Scenario) -> None:
    company = scenario.company
    with unit_of_work() as uow:
        elsewhere = EventOrder(
            kind=EventKind.NONCONFORMITY,
            subject_kind="nonconformity",
            subject_id=9999,
            severity=3,
            occurred_at=uow.now - timedelta(days=30),
            site_id=company.other_site,
            process_id=company.process,
            cause_category_id=company.method_cause,
        )
        record_event(uow, elsewhere)
        uow.session.get_one(Person, company.people["quality_manager"]).mail = "quality@example.org"

    confirmed(scenario, cause_category_id=company.link("cause_category", company.method_cause))

    assert scenario.record.is_systemic
    mails = db.session.scalars(select(OutboxMail.key).where(OutboxMail.key.startswith("systemic:"))).all()
    assert mails == [f"systemic:{scenario.record_id}:{company.people['quality_manager']}"]
