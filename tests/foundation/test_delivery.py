from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from app.foundation import delivery
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.delivery import Delivery, send_due, wait_after
from app.foundation.mail import Mail, MailNotSent, MailServerInvalid, SmtpSender, mail_server_of
from app.foundation.outbox import (
    AddressInvalid,
    MailAlreadyClosed,
    MailState,
    mails,
    mark_copied,
    post_mail,
    retry,
)
from app.foundation.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("any_app")


class Sink:
    """A mail server that answers as told: `answers` first, then it takes everything."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.taken: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content))
        return answer


@contextmanager
def serving(sink: Sink) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp+plain://127.0.0.1:{port}"
    finally:
        controller.stop()


def post(key: str = "k", **more: str) -> None:
    fields = {"recipient": "eva@example.org", "subject": "A task", "body": "Please look.", **more}
    with unit_of_work() as uow:
        post_mail(uow, key=key, **fields)


def deliver(url: str, clock: Clock, limit: int = 100) -> Delivery:
    with SmtpSender(url, "keel@example.org", timeout=0.3) as sender:
        return send_due(clock.now(), sender.send, limit=limit)


def count(state: MailState) -> int:
    db.session.rollback()
    return len(mails(db.session(), state, limit=1000))


def test_a_mail_is_delivered_once_and_its_text_is_forgotten(clock: Clock) -> None:
    post()
    post()

    with serving(sink := Sink()) as url:
        first, second = deliver(url, clock), deliver(url, clock)

    assert (first.sent, second.sent) == (1, 0)
    assert [message["Subject"] for message in sink.taken] == ["A task"]
    assert [mail.body for mail in mails(db.session(), MailState.SENT)] == [""]


def test_a_mail_of_an_act_that_fails_is_never_sent(clock: Clock) -> None:
    def failing() -> None:
        with unit_of_work() as uow:
            post_mail(uow, key="k", recipient="eva@example.org", subject="s", body="b")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()

    with serving(Sink()) as url:
        assert deliver(url, clock) == Delivery()


def test_a_server_that_answers_500_gets_the_same_mail_later(clock: Clock) -> None:
    post()

    with serving(sink := Sink("500 no", "451 later")) as url:
        outcomes = []
        for _try in range(4):
            outcomes.append(deliver(url, clock).sent)
            clock.advance(timedelta(minutes=5))

    assert outcomes == [0, 0, 1, 0]
    assert len(sink.taken) == 1


def test_a_server_that_is_silent_costs_one_time_limit(clock: Clock) -> None:
    post()

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        outcome = deliver(f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}", clock)

    assert (outcome.sent, outcome.failed) == (0, 1)
    (mail,) = mails(db.session(), MailState.WAITING)
    assert (mail.attempts, mail.due_at > clock.now()) == (1, True)
    assert "time" in (mail.last_error or "").lower()


def test_a_server_down_for_six_hours_loses_nothing(clock: Clock) -> None:
    for number in range(10):
        post(f"k{number}")

    for _quarter in range(24):
        assert deliver("smtp+plain://127.0.0.1:1", clock).failed <= 1  # one try tells that the server is down
        clock.advance(timedelta(minutes=15))
    clock.advance(timedelta(hours=2))
    with serving(sink := Sink()) as url:
        deliver(url, clock)

    assert len({message["Message-ID"] for message in sink.taken}) == 10
    assert (count(MailState.WAITING), count(MailState.DEAD)) == (0, 0)


def test_a_mail_that_never_goes_becomes_a_dead_letter_that_can_be_retried(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MAX_ATTEMPTS", 2)
    post()
    with serving(Sink("500 no", "500 no")) as url:
        deliver(url, clock)
        clock.advance(timedelta(hours=1))
        assert deliver(url, clock).dead == 1

        (dead,) = mails(db.session(), MailState.DEAD)
        with unit_of_work() as uow:
            retry(uow, dead.id)

        assert deliver(url, clock).sent == 1


def test_a_sender_that_dies_after_sending_sends_again_with_the_same_id(clock: Clock) -> None:
    post()
    seen: list[str] = []

    def die(mail: Mail) -> None:
        seen.append(mail.key)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(clock.now(), die)
    assert send_due(clock.now(), lambda mail: seen.append(mail.key)).sent == 0

    clock.advance(timedelta(minutes=3))
    send_due(clock.now(), lambda mail: seen.append(mail.key))
    assert seen == ["k", "k"]


def test_a_late_sender_cannot_undo_what_its_successor_noted(clock: Clock) -> None:
    post()

    def overtaken(_mail: Mail) -> None:
        clock.advance(timedelta(minutes=3))
        send_due(clock.now(), lambda _same: None)
        raise MailNotSent("too late")

    send_due(clock.now(), overtaken)

    assert (count(MailState.SENT), count(MailState.WAITING)) == (1, 0)


def test_mails_of_one_thread_keep_their_order(clock: Clock) -> None:
    post("first", thread="capa:1")
    post("second", thread="capa:1")
    post("other", thread="capa:2")
    taken: list[str] = []

    def refuse_first(mail: Mail) -> None:
        taken.append(mail.key)
        if mail.key == "first" and mail.attempts == 1:
            raise MailNotSent("busy")

    send_due(clock.now(), refuse_first)
    clock.advance(timedelta(minutes=1))
    send_due(clock.now(), refuse_first)

    assert taken == ["first", "other", "first", "second"]


@pytest.mark.parametrize(
    "address",
    ["a@b.c\r\nBcc: d@e.f", "a@b.c, d@e.f", "Eva <a@b.c>", "a b@c.d", "a@", "@b", "ä@b.c", "a@b..c", ""],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(AddressInvalid):
        post(recipient=address)


def test_a_line_break_in_a_subject_adds_no_header(clock: Clock) -> None:
    post(subject="Task\r\nBcc: all@example.org\x00\u2028", body=".\r\nX-Evil: 1\r\n.\r\n")

    with serving(sink := Sink()) as url:
        deliver(url, clock)

    (message,) = sink.taken
    assert message["Subject"] == "Task Bcc: all@example.org"
    assert (message["Bcc"], message["X-Evil"]) == (None, None)


def test_without_a_mail_server_the_admin_copies_the_text_by_hand(clock: Clock) -> None:
    post(body="the link")
    (mail,) = mails(db.session(), MailState.WAITING)
    assert mail.body == "the link"

    with unit_of_work() as uow:
        mark_copied(uow, mail.id)

    assert send_due(clock.now(), lambda _mail: None).sent == 0
    with pytest.raises(MailAlreadyClosed), unit_of_work() as uow:
        mark_copied(uow, mail.id)


def test_the_wait_doubles_to_an_hour_and_is_spread() -> None:
    assert [wait_after(tries, 0.5).total_seconds() for tries in (1, 2, 3, 8, 99)] == [30, 60, 120, 3600, 3600]
    assert wait_after(1, 0) < wait_after(1, 1) < wait_after(2, 0)


@pytest.mark.parametrize("url", ["http://host", "smtp://", "smtp://host:port", "host:25", ""])
def test_a_mail_server_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(MailServerInvalid, match="smtp"):
        mail_server_of(url)


def test_a_plain_smtp_address_demands_encryption(clock: Clock) -> None:
    post()

    with serving(sink := Sink()) as url:
        outcome = deliver(url.replace("smtp+plain", "smtp"), clock)

    assert (outcome.sent, sink.taken) == (0, [])
