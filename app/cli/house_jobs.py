"""The jobs that keep the house: mail, checkpoints, orphaned files, what is old, the moved clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from app import lifecycles
from app.accounts.upkeep import clear_expired
from app.evidence import trail_checks
from app.evidence.destruction import carrying_out
from app.evidence.packs import making
from app.evidence.packs.members import Printing
from app.evidence.rooms.rooms import close_due
from app.foundation import clock
from app.foundation.backup import Place
from app.foundation.db import db
from app.foundation.delivery import send_due
from app.foundation.file_checks import check_slice
from app.foundation.files import sweep_orphans, sweep_untaken
from app.foundation.heartbeat import EVERY, beat
from app.foundation.installation import load_clock
from app.foundation.mail import SmtpSender
from app.foundation.throttle import purge_expired
from app.foundation.unit_of_work import unit_of_work
from app.imports import uploads
from app.library.copies import make_due
from app.library.indexing import index_due
from app.trail.challenges import purge_challenges
from app.trail.checkpoints import FILE_NAME, take_checkpoint_if_due
from app.workflow import file_faults
from app.workflow.drafts import files_in_drafts
from app.workflow.jobs import Job
from app.workflow.start_drafts import forget_old
from config import Config


def all_jobs(config: Config) -> Sequence[Job]:
    """Return everything the scheduler does: the lifecycles' jobs and the house's own."""
    tick = timedelta(seconds=config.tick_seconds)
    return (
        Job("follow the clock", _follow_clock, tick),
        Job("show life", show_life, EVERY),
        *lifecycles.jobs(config.public_url, tick),
        Job("send mails", _mailing(config), tick),
        Job("take checkpoint", _checkpointing(config), timedelta(minutes=1)),
        Job("check the trail", trail_checks.job(config.home, config.public_url), timedelta(minutes=1)),
        Job("sweep files", _sweeping(config), timedelta(hours=6)),
        Job("look at libraries", _looking(config), tick),
        Job("index documents", _indexing(config), timedelta(minutes=1)),
        Job("make controlled copies", _copying(config), timedelta(minutes=1)),
        Job("make evidence packs", _packing(config), tick),
        Job("destroy personal data", _destroying(config), timedelta(minutes=1)),
        Job("close audit rooms", _closing, timedelta(minutes=10)),
        Job("verify files", _verifying(config), timedelta(minutes=10)),
        Job("forget what is old", _forget_old, timedelta(hours=1)),
    )


def show_life() -> None:
    """Say that a scheduler is alive; readiness looks for it."""
    with unit_of_work() as uow:
        beat(uow)


def _follow_clock() -> None:
    load_clock(db.session())  # `keel clock advance` moves it from another process


def _mailing(config: Config) -> Callable[[], object]:
    def send() -> None:
        if config.smtp_url is None:
            return  # mails wait for the admin to copy them
        with SmtpSender(config.smtp_url, config.mail_from) as sender:
            send_due(clock.now(), sender.send)

    return send


def _checkpointing(config: Config) -> Callable[[], object]:
    return lambda: take_checkpoint_if_due(db.session(), config.home / FILE_NAME, clock.now())


def _sweeping(config: Config) -> Callable[[], object]:
    def sweep() -> None:
        with unit_of_work() as uow:
            sweep_untaken(uow, files_in_drafts(uow.session))
        sweep_orphans(db.session(), Place(config.home, config.database_url).store)

    return sweep


def _looking(config: Config) -> Callable[[], object]:
    return uploads.job(config.home, Place(config.home, config.database_url).store)


def _indexing(config: Config) -> Callable[[], object]:
    return lambda: index_due(Place(config.home, config.database_url).store)


def _copying(config: Config) -> Callable[[], object]:
    store = Place(config.home, config.database_url).store
    return lambda: make_due(store, config.public_url, config.fonts)


def _packing(config: Config) -> Callable[[], object]:
    store = Place(config.home, config.database_url).store
    return making.job(making.Workshop(Printing(store, config.fonts), config.home))


def _destroying(config: Config) -> Callable[[], object]:
    return carrying_out.job(Place(config.home, config.database_url).store)


def _closing() -> None:
    with unit_of_work() as uow:
        close_due(uow)


def _verifying(config: Config) -> Callable[[], object]:
    return lambda: check_slice(Place(config.home, config.database_url).store, file_faults.tell)


def _forget_old() -> None:
    with unit_of_work() as uow:
        purge_expired(uow)
        purge_challenges(uow)
        clear_expired(uow)
        forget_old(uow)
