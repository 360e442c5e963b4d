"""The composition root below the web application: which lifecycles, settings and jobs this server has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.accounts import deeds as accounts_deeds
from app.accounts import sessions
from app.actions import lifecycle as actions
from app.admin import deeds as admin_deeds
from app.approvals import deeds as approvals_deeds
from app.approvals.part import APPROVAL
from app.approvals.publications import PUBLICATION
from app.approvals.shipped import publish_shipped_chains
from app.audits import deeds as audits_deeds
from app.audits import finding_lifecycle as findings
from app.audits import jobs as audit_jobs
from app.audits import lifecycle as audits
from app.capa import deeds as capa_deeds
from app.capa import lifecycle as capa
from app.capa import recurrences, verdicts
from app.documents import deeds as documents_deeds
from app.documents import jobs as document_jobs
from app.documents import lifecycle as documents
from app.evidence import clauses
from app.evidence import deeds as evidence_deeds
from app.evidence.destruction import lifecycle as destructions
from app.evidence.packs import orders as packs
from app.evidence.reviews import lifecycle as trail_reviews
from app.evidence.reviews import sampling
from app.foundation import dated, file_limits
from app.foundation.settings import catalogue
from app.foundation.unit_of_work import UnitOfWork, close_every_act_with
from app.imports import deeds as imports_deeds
from app.imports import landing
from app.improvements import deeds as improvements_deeds
from app.improvements import lifecycle as improvements
from app.indicators import months
from app.indicators.review_items import review_items
from app.library import deeds as library_deeds
from app.management_review import deeds as management_review_deeds
from app.management_review import lifecycle as management_review
from app.management_review import pack as review_pack
from app.management_review import schedule as review_schedule
from app.notifications import digest
from app.notifications import service as notifications
from app.organisation import deeds as organisation_deeds
from app.process_map import context
from app.process_map import deeds as process_map_deeds
from app.process_map import lifecycle as process_map
from app.quality_events import deeds as quality_events_deeds
from app.quality_events import trend_alarms
from app.records import deeds as records_deeds
from app.records import watching
from app.records.directory import directory_for
from app.risks import deeds as risks_deeds
from app.risks import lifecycle as risks
from app.trail import deeds as trail_deeds
from app.trail.deed_words import DeedWords, deeds
from app.training import acknowledgements, expiry, gap_trainings, reminders, task_check
from app.training import deeds as training_deeds
from app.training import lifecycle as training
from app.trends import deeds as trends_deeds
from app.trends import lifecycle as trends
from app.workflow import deeds as workflow_deeds
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
    trail_reviews.REVIEW,
    destructions.DESTRUCTION,
    PUBLICATION,
)

# What lifecycles call as a step of theirs.
PARTS: tuple[Part, ...] = (APPROVAL, *documents.PARTS)

SETTINGS = catalogue(
    sessions.SETTINGS,
    clauses.SETTINGS,
    packs.SETTINGS,
    file_limits.SETTINGS,
    notifications.SETTINGS,
    *(lifecycle.settings for lifecycle in LIFECYCLES),
)

# What the codes of the trail are called.
DEEDS: tuple[DeedWords, ...] = (
    *accounts_deeds.DEEDS,
    *admin_deeds.DEEDS,
    *approvals_deeds.DEEDS,
    *audits_deeds.DEEDS,
    *capa_deeds.DEEDS,
    *documents_deeds.DEEDS,
    *evidence_deeds.DEEDS,
    *imports_deeds.DEEDS,
    *improvements_deeds.DEEDS,
    *library_deeds.DEEDS,
    *management_review_deeds.DEEDS,
    *organisation_deeds.DEEDS,
    *process_map_deeds.DEEDS,
    *quality_events_deeds.DEEDS,
    *records_deeds.DEEDS,
    *risks_deeds.DEEDS,
    *trail_deeds.DEEDS,
    *training_deeds.DEEDS,
    *trends_deeds.DEEDS,
    *workflow_deeds.DEEDS,
)


def wire() -> None:
    """Make the lifecycles known to the engine room, and their words to the trail. Safe to call again."""
    deeds.use(DEEDS)
    dated.listen()
    close_every_act_with(dated.keep_former)
    watching.listen()
    close_every_act_with(watching.tell)
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

    def send_digests() -> int:
        return digest.send_due(base_url)

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
        Job("remove old notifications", notifications.remove_old, timedelta(hours=6)),
        Job("mail unread notifications", send_digests, timedelta(minutes=15)),
        Job("find lost tasks", handover.reroute_lost, timedelta(minutes=10)),
        Job("open due reviews of the context", context.open_due_review, timedelta(hours=1)),
        Job("open due reviews of the trail", sampling.open_due_review, timedelta(hours=1)),
        Job("look after audits", look_after_audits, timedelta(hours=1)),
        Job("look after documents", look_after_documents, timedelta(hours=1)),
        Job("keep audiences", acknowledgements.keep_audiences, timedelta(minutes=10)),
        Job("ask for trainings", gap_trainings.keep_trainings, timedelta(hours=6)),
        Job("look after qualifications", look_after_qualifications, timedelta(hours=1)),
        Job("remind of what is to be read", remind_of_readings, timedelta(minutes=5)),
    )
