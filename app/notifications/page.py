"""Prepares the page of notifications: what happened, in a sentence, and at which record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.actor import initials_of
from app.foundation.i18n import gettext as _
from app.notifications.service import Notice
from app.records.urls import icon_of, record_url, status_word
from app.records.watching import NoticeKind
from app.web.addresses import address
from app.web.parts import Person

ALARM_SIGN = "alert-triangle"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notification as the page draws it."""

    id: int
    text: str
    number: str
    title: str
    icon: str
    person: Person | None
    at: datetime
    is_read: bool


def lines(notices: Sequence[Notice]) -> Sequence[NoticeLine]:
    """Return notifications as lines of the page."""
    return [
        NoticeLine(
            id=one.id,
            text=sentence(one),
            number=one.number,
            title=one.title,
            icon=icon_of(one.record_kind) if one.record_kind else ALARM_SIGN,
            person=Person(one.who, initials_of(one.who)) if one.who else None,
            at=one.at,
            is_read=one.is_read,
        )
        for one in notices
    ]


def sentence(one: Notice) -> str:
    """Return what happened; it follows the name of who did it, when somebody did."""
    if one.kind == NoticeKind.STATUS:
        return _("It is now: %(status)s", status=status_word(one.record_kind, one.detail))
    if one.kind == NoticeKind.CLOSED:
        return _("It is closed: %(status)s", status=status_word(one.record_kind, one.detail))
    if one.kind == NoticeKind.TASK:
        return _("You have a task: %(task)s", task=one.detail)
    words = {
        NoticeKind.COMMENT.value: _("Somebody commented"),
        NoticeKind.MENTION.value: _("You are mentioned in a comment"),
        NoticeKind.QUESTION.value: _("You are asked a question"),
        NoticeKind.TAMPERING.value: _("The trail was tampered with"),
    }
    return words[one.kind]


def door_of(one: Notice) -> str:
    """Return the address a notification leads to: its task, its record, or the trail."""
    if one.task_id is not None:
        return address("inbox.task", task_id=one.task_id)
    if one.record_id is None:
        return address("trail.page")
    return record_url(one.record_kind, one.record_id)
