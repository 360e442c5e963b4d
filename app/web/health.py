"""Is the process alive, and is it ready to serve? For supervisors, balancers and monitors.

Anybody learns yes or no; what is wrong is for admins, because it tells an attacker where to push.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.accounts import policy
from app.foundation import clock
from app.foundation.db import db
from app.foundation.file_checks import damaged_count
from app.foundation.heartbeat import last_beat
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.migrations import is_current
from app.foundation.outbox import MailState, OutboxMail
from app.trail.checkpoints import FILE_NAME, CheckpointUnreadable, last_checkpoint
from app.trail.models import TrailEntry, TrailHead
from app.web.guards import public
from app.web.sessions import actor_of_request
from config import Config

logger = logging.getLogger(__name__)

LEAST_FREE_BYTES = 256 * 1024 * 1024
LONGEST_SILENCE = timedelta(seconds=60)
OLDEST_MAIL = timedelta(hours=1)
OLDEST_CHECKPOINT = timedelta(days=2)  # one is taken every day on which something was written
STOPPING = "keel_stopping"

blueprint = Blueprint("health", __name__, url_prefix="/health")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold; `sentence` says what was found.

    Shape: without `stops` it is told to admins, and requests are served all the same.
    """

    name: str
    is_good: bool
    sentence: str
    stops: bool = True


def watch_health(app: Flask) -> None:
    """Let `app` tell that it is about to stop."""
    app.extensions[STOPPING] = threading.Event()


def announce_stop(app: Flask) -> None:
    """Turn readiness red, before the server takes no more requests. Safe in a signal handler."""
    cast("threading.Event", app.extensions[STOPPING]).set()


@blueprint.get("/live")
@public
def live() -> Response:
    """Say that the process answers. Nothing is looked at, so that a slow database restarts nobody."""
    return jsonify(status="live")


@blueprint.get("/ready")
@public
def ready() -> tuple[Response, int]:
    """Say whether requests should be sent here: 200 or 503; admins learn what was found."""
    try:
        checks = list(_checks(db.session()))
        shows_detail = _is_admin()
    except SQLAlchemyError as error:
        logger.warning("database does not answer", extra={"error": type(error).__name__})
        checks, shows_detail = [Check("database", is_good=False, sentence="")], False
    is_ready = all(check.is_good for check in checks if check.stops)
    answer: dict[str, object] = {"status": "ready" if is_ready else "not ready"}
    if shows_detail:
        answer["checks"] = [{"name": one.name, "good": one.is_good, "found": one.sentence} for one in checks]
    return jsonify(answer), 200 if is_ready else 503


def _checks(session: Session) -> Iterator[Check]:
    config: Config = current_app.config["KEEL"]
    now = clock.now()
    yield _stopping()
    session.execute(select(1))
    yield Check("database", is_good=True, sentence=_("answers"))
    is_migrated = is_current(db.engine)
    yield Check("migrations", is_migrated, _("up to date") if is_migrated else _("not up to date"))
    yield _disk(config.home)
    if not is_migrated:
        return  # the tables asked below may not be there
    for look in (_scheduler, _outbox, _checkpoint, _files):
        yield look(session, config, now)


Look = Callable[[Session, Config, datetime], Check]


def _stopping() -> Check:
    is_stopping = cast("threading.Event", current_app.extensions[STOPPING]).is_set()
    return Check("process", not is_stopping, _("is stopping") if is_stopping else _("serves"))


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    found = _("%(size)s MB free", size=free // 1024 // 1024)
    return Check("disk", free >= LEAST_FREE_BYTES, found)


def _scheduler(session: Session, _config: Config, now: datetime) -> Check:
    at = last_beat(session)
    if at is None:
        return Check("scheduler", is_good=False, sentence=_("has never run"))
    return Check("scheduler", now - at <= LONGEST_SILENCE, _since(now - at))


def _outbox(session: Session, config: Config, now: datetime) -> Check:
    """Without a mail server, mails wait for the admin to copy them, and no age is a fault."""
    waiting = OutboxMail.state == MailState.WAITING.value
    oldest: datetime | None = session.scalar(select(func.min(OutboxMail.created_at)).where(waiting))
    if oldest is None or config.smtp_url is None:
        return Check("outbox", is_good=True, sentence=_("nothing is stuck"))
    return Check("outbox", now - oldest <= OLDEST_MAIL, _since(now - oldest))


def _checkpoint(session: Session, config: Config, now: datetime) -> Check:
    try:
        last = last_checkpoint(config.home / FILE_NAME)
    except CheckpointUnreadable as error:
        return Check("checkpoint", is_good=False, sentence=error.sentence)
    if last is None:  # a server that has just begun takes its first one within a minute
        begun = session.scalar(select(func.min(TrailEntry.at)))
        is_young = begun is not None and now - begun <= OLDEST_CHECKPOINT
        return Check("checkpoint", is_young, _("none was taken"))
    is_whole = last.seq == session.scalar(select(TrailHead.seq))
    return Check("checkpoint", is_whole or now - last.at <= OLDEST_CHECKPOINT, _since(now - last.at))


def _files(session: Session, _config: Config, _now: datetime) -> Check:
    """Tell of damaged files. They harm who opens them; the servers must not all go red for it."""
    count = damaged_count(session)
    found = ngettext("%(num)s file is damaged", "%(num)s files are damaged", count) if count else _("whole")
    return Check("files", is_good=count == 0, sentence=found, stops=False)


def _since(age: timedelta) -> str:
    return _("%(seconds)s seconds ago", seconds=max(0, int(age.total_seconds())))


def _is_admin() -> bool:
    actor = actor_of_request()
    return actor is not None and policy.can(actor, "admin.read")
