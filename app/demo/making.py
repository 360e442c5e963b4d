"""Makes the demo company and its history in an empty database of purpose demo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select

from app.accounts.models import Person
from app.demo.agenda import Agenda, Story, last_tuesday
from app.demo.audit_steps import AuditSteps
from app.demo.company import PLAYERS, Company, found
from app.demo.document_steps import DocumentSteps
from app.demo.nonconformity_steps import NonconformitySteps
from app.demo.process_map import describe
from app.demo.risk_steps import RiskSteps
from app.demo.stage import Stage
from app.demo.stories.audits import audit_stories
from app.demo.stories.cast import Cast
from app.demo.stories.corrective import capa_stories
from app.demo.stories.documents import document_stories
from app.demo.stories.evidence import evidence_stories
from app.demo.stories.gauges import gauge_stories
from app.demo.stories.improvements import improvement_stories
from app.demo.stories.nonconformities import nonconformity_stories
from app.demo.stories.purchasing import found_and_put_right
from app.demo.stories.reviews import review_stories
from app.demo.stories.risks import risk_stories
from app.demo.stories.routine import routine_stories
from app.demo.stories.training import training_stories
from app.foundation import outbox
from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.file_store import FileStore
from app.foundation.i18n import gettext as _
from app.foundation.installation import Purpose, load_clock
from app.foundation.outbox import MailState
from app.foundation.unit_of_work import unit_of_work
from app.indicators import months
from app.lifecycles import jobs, publish_shipped
from app.records.models import Record
from app.trail import Subject, record
from app.trail.models import TrailEntry
from app.trail.service import open_chain

PASSWORD = "calm pumps hum at night"  # noqa: S105 - printed on purpose; it opens nothing but demo databases
HISTORY = timedelta(days=735)  # before the last Tuesday
TICK, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOUSEKEEPING = frozenset({1, 4})
SEED = 9001
MADE = "demo.made"

Tell = Callable[[str], None]


class NotForADemo(Refused):
    """The database holds something else, or a demo that was not finished."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the making needs. Shape: `base_url` goes into mails; everybody gets the one password."""

    store: FileStore
    password_hash: str
    base_url: str


def refuse_other_purposes() -> None:
    """Pass for a database of purpose demo, or one without any purpose.

    Errors: NotForADemo.
    """
    purpose = load_clock(db.session())
    if purpose not in {None, Purpose.DEMO}:
        raise NotForADemo(
            _(
                "This home holds a %(purpose)s database. A demo is never mixed with it. "
                "Nothing was changed; set KEEL_HOME to another folder.",
                purpose=purpose,
            )
        )


def is_made() -> bool:
    """Tell whether the demo company is here already.

    Errors: NotForADemo when people are here, but the making was interrupted.
    """
    if db.session.scalar(select(TrailEntry.seq).where(TrailEntry.verb == MADE).limit(1)):
        return True
    if db.session.scalar(select(func.count()).select_from(Person)):
        raise NotForADemo(
            _("The making of this demo was interrupted. Delete its folder (KEEL_HOME) and run it again.")
        )
    return False


def make(order: Order, tell: Tell, *, until: date | None = None) -> None:
    """Make company and history; it ends in the present, or on a day before it.

    Effects: freezes the one clock in the past and releases it at the end; everything goes through the
        services that pages use, so the trail tells the whole story. `tell` hears a line of progress.
    """
    present = clock.now()
    chance = Random(SEED)  # noqa: S311 - decides hours of the day, nothing that must be secret
    tuesday = last_tuesday(present.date())
    clock.freeze(present - (present.date() - tuesday) - HISTORY)
    try:
        stage = Stage(_founded(order.password_hash), order.store, chance, tuesday)
        tell(_("%(people)s people at three sites", people=len(PLAYERS)))
        end = present if until is None else datetime.combine(until, time(), UTC)
        agenda = Agenda(present, end, chance, partial(_morning, order.base_url))
        agenda.play(_stories(stage, order), Progress(tell, stage.today()).hear)
        _finish()
    finally:
        clock.release()
        load_clock(db.session())


def _founded(password_hash: str) -> Company:
    if load_clock(db.session()) is None:
        with unit_of_work() as uow:
            open_chain(uow, Purpose.DEMO)
    with unit_of_work() as uow:
        publish_shipped(uow)
        company = found(uow, password_hash)
        describe(uow, company)
        return company


def _stories(stage: Stage, order: Order) -> Sequence[Story]:
    """Return everything that happens; of one moment, what stands first comes first."""
    steps, risks, documents = NonconformitySteps(stage), RiskSteps(stage), DocumentSteps(stage)
    cast, audits = Cast(stage, steps, risks), AuditSteps(stage)
    return (
        *risk_stories(risks),
        *document_stories(documents),
        *gauge_stories(cast),
        *capa_stories(cast),
        *nonconformity_stories(steps),
        *audit_stories(audits),
        found_and_put_right(audits),
        *improvement_stories(stage),
        *review_stories(stage),
        *training_stories(stage),
        *evidence_stories(stage, order.password_hash, order.base_url),
        *routine_stories(risks),
    )


@dataclass
class Progress:
    """Says each month that has begun. Shape: `month` is the day of the last line."""

    tell: Tell
    month: date

    def hear(self, day: date) -> None:
        """Say a line when the day is of another month than the one before."""
        if (day.year, day.month) != (self.month.year, self.month.month):
            self.month = day
            records = db.session.scalar(select(func.count()).select_from(Record))
            self.tell(_("%(month)s: %(records)s records", month=day.strftime("%Y-%m"), records=records))


def _morning(base_url: str) -> None:
    """Do what the scheduler does, once a working day; the admin has handed over yesterday's mails.

    What looks after things every hour or more rarely, does so on Tuesdays and Fridays.
    """
    with unit_of_work() as uow:
        for mail in outbox.mails(uow.session, MailState.WAITING):
            outbox.mark_copied(uow, mail.id)
    is_housekeeping = clock.now().weekday() in HOUSEKEEPING
    for job in jobs(base_url, TICK):
        if is_housekeeping or job.every < HOUR:
            job.run()


def _finish() -> None:
    while months.keep_due():
        pass
    with unit_of_work() as uow:
        record(uow, verb=MADE, subject=Subject("installation", 1, "Keel"), after={"seed": SEED})
