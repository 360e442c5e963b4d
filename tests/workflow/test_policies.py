from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.outbox import MailState, mails
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import ManagerOf
from app.trail.models import TrailEntry
from app.workflow import holds, instances, nudges
from app.workflow.models import TaskPolicy
from app.workflow.policies import (
    SHIPPED,
    PolicyInvalid,
    PolicyOrder,
    keep_policy,
    next_nudge,
    nudges_of,
    order_of,
    policies,
    policy_for,
)
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK
from tests.workflow.lifecycle_of_samples import lifecycle_with, open_tasks, publish

DUE = datetime(2026, 3, 24, 9, tzinfo=UTC)


def test_reminders_come_before_the_due_moment_and_escalations_after_it() -> None:
    assert [(moment - DUE, to) for moment, to in nudges_of(SHIPPED, DUE)] == [
        (timedelta(days=-3), "assignee"),
        (timedelta(days=-1), "assignee"),
        (timedelta(), "assignee"),
        (timedelta(days=1), "manager"),
        (timedelta(days=7), "quality_manager"),
        (timedelta(days=14), "top_management"),
    ]


@pytest.mark.parametrize(("days", "done", "next_in"), [(-10, 0, -3), (-2, 1, -1), (0, 3, 1), (30, 6, None)])
def test_what_is_past_when_a_task_appears_is_passed_over(days: int, done: int, next_in: int | None) -> None:
    count, moment = next_nudge(SHIPPED, DUE, 0, DUE + timedelta(days=days))

    assert count == done
    assert moment == (None if next_in is None else DUE + timedelta(days=next_in))


@pytest.fixture
def people(app: object) -> dict[str, int]:
    """A task at a site, due in five working days, assigned by nobody yet."""
    assert app
    with unit_of_work() as uow:
        site = a_site(uow)
        owner = a_person(uow, "owner", mail="owner@example.org", roles=[("quality_manager", site)]).id
        boss = a_person(uow, "boss", mail="boss@example.org", roles=[("top_management", site)]).id
        uow.session.add(ManagerOf(person_id=owner, manager_id=boss, starts_on=uow.now.date()))
    lifecycle_with()
    publish(REWORK, ["repair"])
    with unit_of_work() as uow:
        instance = instances.start(uow, "sample", {"title": "Leaking seal", "site_id": site})
        instance_id = instance.id
    return {"site": site, "owner": owner, "boss": boss, "instance": instance_id}


def sent() -> list[tuple[str, str]]:
    db.session.rollback()
    waiting = mails(db.session(), MailState.WAITING)
    return sorted((mail.recipient, mail.subject.partition(":")[0]) for mail in waiting)


def send() -> int:
    return nudges.send_due("https://keel.example.org")


def test_the_group_is_reminded_once_for_each_rung(people: dict[str, int], clock: Clock) -> None:
    assert people
    due_at = open_tasks()[0].due_at
    clock.freeze(due_at - timedelta(days=3))

    assert (send(), send()) == (1, 0)
    assert sent() == [("owner@example.org", "To do")]


def test_a_late_task_climbs_to_the_manager_and_stands_in_the_trail(
    people: dict[str, int], clock: Clock
) -> None:
    with unit_of_work(people["owner"]) as uow:
        task = open_tasks()[0]
        uow.session.get_one(type(task), task.id).assignee_id = people["owner"]
    for days in (-3, -1, 0, 1):
        clock.freeze(open_tasks()[0].due_at + timedelta(days=days))
        send()

    assert ("boss@example.org", "Late") in sent()
    assert db.session.query(TrailEntry).filter_by(verb="task.escalated").count() == 1


def test_nobody_is_nudged_about_what_is_on_hold(people: dict[str, int], clock: Clock) -> None:
    with unit_of_work() as uow:
        holds.hold(uow, people["instance"], "waiting for the customer")
    clock.freeze(open_tasks()[0].due_at + timedelta(days=1))

    assert send() == 0


def test_a_sites_own_policy_goes_before_the_one_for_all_sites(people: dict[str, int]) -> None:
    with unit_of_work() as uow:
        for site, due in ((None, "P3D"), (people["site"], "P1D")):
            uow.session.add(
                TaskPolicy(key="urgent", site_id=site, default_due=due, reminders=["PT4H"], escalations=[])
            )
    policies.clear()

    session = db.session()
    assert str(policy_for(session, "urgent", people["site"]).default_due) == "P1D"
    assert str(policy_for(session, "urgent", None).default_due) == "P3D"
    assert policy_for(session, "unheard of", None) == SHIPPED


def test_an_admin_keeps_a_policy_that_tasks_follow(people: dict[str, int]) -> None:
    order = PolicyOrder("default", "P2D", "PT4H, P1D", "P1D manager\nP3D top_management")
    for _time in range(2):
        with unit_of_work() as uow:
            keep_policy(uow, order, people["site"])

    kept = policy_for(db.session(), "default", people["site"])
    assert [str(span) for span in kept.reminders] == ["P1D", "PT4H"]
    assert [rung.to for rung in kept.escalations] == ["manager", "top_management"]
    assert order_of(kept).escalations == order.escalations
    assert policy_for(db.session(), "default", None) == SHIPPED


@pytest.mark.usefixtures("app")
def test_everything_wrong_with_a_policy_is_told_at_once() -> None:
    order = PolicyOrder("Not a name", "five days", "P1D, soon", "P1D somebody\nlater manager")

    with pytest.raises(PolicyInvalid) as refused, unit_of_work() as uow:
        keep_policy(uow, order, None)

    assert [problem.where for problem in refused.value.problems] == [
        "default_due",
        "reminders",
        "escalations",
        "escalations",
        "key",
    ]
