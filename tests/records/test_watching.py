"""Watching a record means hearing of it: in the transaction of the deed, and only of what one may see."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.comments import CommentEmpty, add_comment
from app.records.models import Notification, Record
from app.records.service import watch
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.organisation import a_site
from tests.factories.records import a_record, a_task
from tests.factories.statements import statements_sent

Told = list[tuple[int, str, str]]


class Room:
    """A record that somebody watches, its author, and somebody at another site."""

    def __init__(self) -> None:
        with unit_of_work() as uow:
            here, there = a_site(uow), a_site(uow)
            self.author = a_person(uow, roles=[("reporter", here)])
            self.watcher = a_person(uow, roles=[("reporter", here)])
            self.stranger = a_person(uow, roles=[("reporter", there)])
            self.record = a_record(uow, site_id=here)
            watch(uow, self.record, self.watcher.id)

    def say(self, text: str, *, by: Somebody | None = None, asked: int | None = None) -> None:
        who = by or self.author
        actor = actor_for(who)
        with unit_of_work(who.id) as uow:
            add_comment(uow, actor, self.record, text, asked_id=asked)


@pytest.fixture
def room(app: Flask) -> Room:
    assert app.testing
    return Room()


def told() -> Told:
    db.session.rollback()
    rows = db.session.scalars(select(Notification).order_by(Notification.id))
    return [(row.person_id, row.kind, row.detail) for row in rows]


def change_status(room: Room, status: str, *, actor_id: int | None = None, is_closed: bool = False) -> None:
    with unit_of_work(actor_id) as uow:
        row = uow.session.get_one(Record, room.record)
        row.status = status
        row.closed_at = uow.now if is_closed else None


def change_and_say_nothing(room: Room) -> None:
    actor = actor_for(room.author)
    with unit_of_work(actor.id) as uow:
        uow.session.get_one(Record, room.record).status = "planned"
        uow.session.flush()
        add_comment(uow, actor, room.record, " ")


def test_a_watcher_hears_of_a_new_status(room: Room) -> None:
    change_status(room, "planned", actor_id=room.author.id)

    assert told() == [(room.watcher.id, "status", "planned")]


def test_a_watcher_hears_once_that_a_record_is_closed(room: Room) -> None:
    change_status(room, "done", is_closed=True)

    assert told() == [(room.watcher.id, "closed", "done")]


def test_a_status_that_stays_tells_nobody(room: Room) -> None:
    with unit_of_work() as uow:
        row = uow.session.get_one(Record, room.record)
        row.status = str(row.status)
        row.title = "Seal leaks again"

    assert told() == []


def test_nobody_hears_of_what_they_do_themselves(room: Room) -> None:
    change_status(room, "planned", actor_id=room.watcher.id)
    room.say("Done.", by=room.watcher)

    assert told() == []


def test_a_refused_act_tells_nobody(room: Room) -> None:
    with pytest.raises(CommentEmpty):
        change_and_say_nothing(room)

    assert told() == []


def test_watchers_hear_of_a_comment(room: Room) -> None:
    room.say("54 Nm.")

    assert told() == [(room.watcher.id, "comment", "")]


@pytest.mark.parametrize("named", ["@vera.wild", "@Vera.Wild.", "(@vera wild)", "@Vera Wild, please"])
def test_who_is_mentioned_hears_once(room: Room, named: str) -> None:
    with unit_of_work() as uow:
        vera = a_person(uow, "vera.wild", roles=[("quality_manager", None)])

    room.say(f"Look {named} and again @vera.wild")

    assert told() == [(vera.id, "mention", ""), (room.watcher.id, "comment", "")]


def test_who_may_not_see_the_record_is_not_told(room: Room) -> None:
    room.say(f"Please look, @{room.stranger.user_name}")

    assert [person for person, _kind, _detail in told()] == [room.watcher.id]


def test_an_address_in_a_comment_mentions_nobody(room: Room) -> None:
    room.say(f"Write to info@{room.author.user_name}", by=room.watcher)

    assert told() == []


def test_who_is_asked_is_told_of_a_question(room: Room) -> None:
    room.say("Which torque?", asked=room.watcher.id)

    assert told() == [(room.watcher.id, "question", "")]


def test_who_gets_a_task_is_told_and_who_takes_one_is_not(room: Room) -> None:
    for actor_id in (None, room.watcher.id):
        with unit_of_work(actor_id) as uow:
            a_task(uow, room.record, title="Analyse the cause", assignee_id=room.watcher.id)

    assert told() == [(room.watcher.id, "task", "Analyse the cause")]


def test_a_new_status_costs_one_statement_whoever_watches(room: Room) -> None:
    with unit_of_work() as uow:
        for _number in range(20):
            watch(uow, room.record, a_person(uow).id)

    with statements_sent() as sent:
        change_status(room, "planned")

    assert sum("INSERT INTO notification" in sql for sql in sent) == 1
    assert len(told()) == 21
