"""The composition root below the web application: which lifecycles, settings and jobs this server has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.accounts import sessions
from app.actions import lifecycle as actions
from app.approvals.part import APPROVAL
from app.approvals.publications import PUBLICATION
from app.approvals.shipped import publish_shipped_chains
from app.audits import finding_lifecycle as findings
from app.audits import jobs as audit_jobs
from app.audits import lifecycle as audits
from app.capa import lifecycle as capa
from app.capa import recurrences, verdicts
from app.documents import jobs as document_jobs
from app.documents import lifecycle as documents
from app.evidence import clauses
from app.foundation import file_limits
from app.foundation.settings import catalogue
from app.foundation.unit_of_work import UnitOfWork
from app.imports import landing
from app.improvements import lifecycle as improvements
from app.indicators import months
from app.indicators.review_items import review_items
from app.management_review import lifecycle as management_review
from app.management_review import pack as review_pack
from app.management_review import schedule as review_schedule
from app.process_map import context
from app.process_map import lifecycle as process_map
from app.quality_events import trend_alarms
from app.records.directory import directory_for
from app.risks import lifecycle as risks
from app.training import acknowledgements, expiry, reminders, task_check
from app.training import lifecycle as training
from app.trends import lifecycle as trends
from app.workflow import definitions, handover, nudges, timers
from app.workflow.delivery import deliver_due
from app.workflow.jobs import Job
from app.workflow.lifecycle import Lifecycle, Part, registry
from app.workflow.models import DefinitionVersion

LIFECYCLES: tuple[Lifecycle, ...] = (
    *capa.LIFECYCLES,
    actions.ACTION,
    actions.EXTENSION,
    *risks.LIFECYCLES,
    *audits.LIFECYCLES,
    findings.FINDING_LIFECYCLE,
    *improvements.LIFECYCLES,
    *trends.LIFECYCLES,
    *process_map.LIFECYCLES,
    management_review.LIFECYCLE,
    *documents.LIFECYCLES,
    *training.LIFECYCLES,
    PUBLICATION,
)

# What lifecycles call as a step of theirs.
PARTS: tuple[Part, ...] = (APPROVAL, *documents.PARTS)

SETTINGS = catalogue(
    sessions.SETTINGS,
    clauses.SETTINGS,
    file_limits.SETTINGS,
    *(lifecycle.settings for lifecycle in LIFECYCLES),
)


def wire() -> None:
    """Make the lifecycles known to the engine room. Safe to call again."""
    registry.use(LIFECYCLES, parts=PARTS, directory=directory_for)
    review_pack.sources.use(review_items)
    registry.competence = task_check.check


def publish_shipped(uow: UnitOfWork) -> list[DefinitionVersion]:
    """Put the shipped definitions and approval chains in force that are not; return the definitions.

    Effects: those of the two; what people published stays. Safe to call again.
    """
    published = definitions.publish_shipped(uow)
    publish_shipped_chains(uow)
    return published


def jobs(base_url: str, tick: timedelta) -> Sequence[Job]:
    """Return what the scheduler does again and again; `base_url` goes into mails."""

    def nudge() -> int:
        return nudges.send_due(base_url)

    def look_after_audits() -> int:
        return audit_jobs.run_due(base_url)

    def look_after_qualifications() -> int:
        return expiry.run_due(base_url)

    def look_after_documents() -> int:
        return document_jobs.run_due(base_url)

    def remind_of_readings() -> int:
        return reminders.remind_due(base_url)

    return (
        Job("fire timers", timers.fire_due, tick),
        Job("deliver messages", deliver_due, tick),
        Job("land imports", landing.land_due, tick),
        Job("remind and escalate", nudge, timedelta(minutes=1)),
        Job("note overdue CAPAs", verdicts.note_overdue, timedelta(hours=1)),
        Job("mark CAPAs that recurred", recurrences.mark_due, timedelta(hours=1)),
        Job("open due management reviews", review_schedule.open_due, timedelta(hours=1)),
        Job("read indicators", months.keep_due, timedelta(hours=1)),
        Job("judge the month", trend_alarms.scan_month, timedelta(hours=6)),
        Job("find lost tasks", handover.reroute_lost, timedelta(minutes=10)),
        Job("open due reviews of the context", context.open_due_review, timedelta(hours=1)),
        Job("look after audits", look_after_audits, timedelta(hours=1)),
        Job("look after documents", look_after_documents, timedelta(hours=1)),
        Job("keep audiences", acknowledgements.keep_audiences, timedelta(minutes=10)),
        Job("look after qualifications", look_after_qualifications, timedelta(hours=1)),
        Job("remind of what is to be read", remind_of_readings, timedelta(minutes=5)),
    )
