"""Makes the demo company and its history in an empty database of purpose demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import func, select

from app.accounts.models import Person
from app.demo.agenda import Agenda
from app.demo.audit_stories import AuditSteps, audit_stories
from app.demo.capa_stories import Cast, capa_stories
from app.demo.company import PLAYERS, Company, found
from app.demo.document_stories import DocumentSteps, document_stories
from app.demo.finding_stories import found_and_put_right
from app.demo.nonconformity_steps import NonconformitySteps
from app.demo.nonconformity_stories import nonconformity_stories
from app.demo.process_map import describe
from app.demo.risk_stories import RiskSteps, risk_stories
from app.demo.stage import Stage
from app.demo.training_stories import training_stories
from app.documents import jobs as document_jobs
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
from app.lifecycles import publish_shipped
from app.trail import Subject, record
from app.trail.models import TrailEntry
from app.trail.service import open_chain
from app.workflow import nudges, timers
from app.workflow.delivery import deliver_due

PASSWORD = "calm pumps hum at night"  # noqa: S105 - printed on purpose; it opens nothing but demo databases
HISTORY = timedelta(days=215)
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


def make(order: Order, tell: Tell) -> None:
    """Make company and history; it ends in the present.

    Effects: freezes the one clock in the past and releases it at the end; everything goes through the
        services that pages use, so the trail tells the whole story. `tell` hears a line of progress.
    """
    present = clock.now()
    chance = Random(SEED)  # noqa: S311 - decides hours of the day, nothing that must be secret
    clock.freeze(present - HISTORY)
    try:
        stage = Stage(_founded(order.password_hash), order.store, chance)
        tell(_("%(people)s people at three sites", people=len(PLAYERS)))
        agenda = Agenda(present, chance, lambda: _morning(order.base_url))
        _play(agenda, stage, tell)
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


def _play(agenda: Agenda, stage: Stage, tell: Tell) -> None:
    steps, risks = NonconformitySteps(stage), RiskSteps(stage)
    stories = (
        *risk_stories(risks),
        *document_stories(DocumentSteps(stage)),
        *capa_stories(Cast(stage, steps, risks)),
        *nonconformity_stories(steps),
        *audit_stories(AuditSteps(stage)),
        found_and_put_right(AuditSteps(stage)),
        *training_stories(stage),
    )
    heard = 0

    def count(ended: int, of: int) -> None:
        nonlocal heard
        if ended >= heard + len(stories) // 5:
            heard = ended
            tell(_("%(ended)s of %(all)s stories", ended=ended, all=of))

    agenda.play(stories, count)


def _morning(base_url: str) -> None:
    """Do what the scheduler does, once a day; the admin has handed over the mails of the day before."""
    with unit_of_work() as uow:
        for mail in outbox.mails(uow.session, MailState.WAITING):
            outbox.mark_copied(uow, mail.id)
    timers.fire_due()
    document_jobs.run_due(base_url)
    deliver_due()
    nudges.send_due(base_url)


def _finish() -> None:
    while months.keep_due():
        pass
    with unit_of_work() as uow:
        record(uow, verb=MADE, subject=Subject("installation", 1, "Keel"), after={"seed": SEED})
