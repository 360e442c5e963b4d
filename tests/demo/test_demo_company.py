from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.sessions import actor_of
from app.actions.models import Action, Extension
from app.audits.checklist import lines_of
from app.audits.finding_models import Finding
from app.audits.models import Audit, AuditProgramme
from app.capa.models import Capa, Nonconformity
from app.demo import making
from app.demo.company import PLAYERS
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.installation import Installation
from app.records.models import Record
from app.risks.models import Acceptance, Reassessment, Risk, Treatment
from app.risks.standing import open_risks, standings
from app.trail.models import TrailEntry
from app.trail.verification import verify
from app.training.training_models import TrainingRecord
from app.workflow.faults import Fault
from app.workflow.models import InstanceState, Message, MessageState, ProcessInstance, Task, TaskState
from app.workflow.tasks import is_offered_to
from tests.factories.browser import Browser

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def statuses(model: type[Record]) -> Counter[str]:
    return Counter(db.session.scalars(select(model.status)))


@pytest.mark.usefixtures("demo")
def test_nonconformities_stand_at_every_stage() -> None:
    assert statuses(Nonconformity) == {
        "closed": 35,
        "closed_capa_open": 5,
        "triaged": 6,
        "reported": 2,
        "contained": 1,
        "rejected": 1,
        "rejected_duplicate": 1,
    }


@pytest.mark.usefixtures("demo")
def test_capas_are_proven_at_once_or_in_the_second_cycle_run_again_or_are_on_their_way() -> None:
    rows = db.session.execute(select(Capa.status, Capa.cycle).order_by(Capa.id)).all()

    assert [tuple(row) for row in rows] == [
        ("closed_effective", 2),
        ("closed_effective", 1),
        ("closed_effective", 1),
        ("closed_effective", 1),
        ("implementing", 2),
        ("effectiveness_wait", 1),
        ("implementing", 1),
        ("plan_approval", 1),
        ("investigation", 1),
        ("investigation", 1),
    ]


@pytest.mark.usefixtures("demo")
def test_trainings_of_plans_were_judged_and_one_did_not_help() -> None:
    assert statuses(TrainingRecord)["effective"] == 1
    assert statuses(TrainingRecord)["not_effective"] == 1


@pytest.mark.usefixtures("demo")
def test_actions_are_open_done_and_verified_and_one_got_more_time(clock: Clock) -> None:
    moved = select(Action).where(Action.due_at > Action.original_due_at)
    late = select(Action).where(Action.status == "open", Action.due_at < clock.now())

    assert statuses(Action) == {"verified": 25, "done": 2, "open": 8}
    assert statuses(Extension) == {"granted": 1, "requested": 1}
    assert len(db.session.scalars(moved).all()) == 1
    assert len(db.session.scalars(late).all()) == 1


@pytest.mark.usefixtures("demo")
def test_risks_are_accepted_treated_watched_and_one_is_above_the_appetite(clock: Clock) -> None:
    standing = standings(db.session(), open_risks(db.session()), clock.now())

    assert {"accepted", "treating", "monitored", "identified"} <= set(statuses(Risk))
    assert statuses(Treatment)["treated"] == 1
    assert {"accepted", "revoked"} <= set(statuses(Acceptance))
    assert any(one.is_above for one in standing.values())
    assert {"answered", "requested"} == set(statuses(Reassessment))


@pytest.mark.usefixtures("demo")
def test_each_year_has_its_programme_and_one_audit_is_under_way() -> None:
    programmes = db.session.scalars(select(AuditProgramme).order_by(AuditProgramme.year)).all()
    *held, under_way = db.session.scalars(select(Audit).order_by(Audit.id))

    assert [one.status for one in programmes] == ["closed", "closed", "active"]
    assert {one.status for one in held} == {"closed"}
    assert Counter(one.conclusion for one in held) == {"effective": 10, "partly": 4, "not_effective": 1}
    assert under_way.status == "in_progress"
    results = [line.result for line in lines_of(db.session(), under_way.id)]
    assert {"minor", None} <= set(results)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("title", "status"),
    [("Gauges in use after their date", "closed"), ("Orders before the supplier is evaluated", "issued")],
)
def test_what_was_put_right_is_found_again_and_major(title: str, status: str) -> None:
    first, again = db.session.scalars(
        select(Finding).where(Finding.title.startswith(title)).order_by(Finding.id)
    )

    assert (first.grade, first.status) == ("minor", "closed")
    assert (again.proposed_grade, again.grade, again.repeat_of_id) == ("minor", "major", first.id)
    assert again.status == status


@pytest.mark.usefixtures("demo")
def test_nothing_is_broken_and_one_thing_is_on_hold() -> None:
    held = ProcessInstance.state == InstanceState.HELD.value
    undelivered = Message.state.in_([MessageState.PENDING.value, MessageState.DEAD.value])

    assert db.session.scalar(select(func.count()).select_from(Fault)) == 0
    assert db.session.scalar(select(func.count()).where(held)) == 1
    assert db.session.scalar(select(func.count()).where(undelivered)) == 0


@pytest.mark.usefixtures("demo")
def test_the_trail_is_whole_and_tells_true_order() -> None:
    moments = db.session.scalars(select(TrailEntry.at).order_by(TrailEntry.seq)).all()

    assert verify(db.session()).is_intact
    assert moments == sorted(moments)


@pytest.mark.usefixtures("demo")
def test_the_past_is_past_and_the_clock_is_true(clock: Clock) -> None:
    first, last = db.session.execute(select(func.min(TrailEntry.at), func.max(TrailEntry.at))).one()

    assert last <= clock.now()
    assert (clock.now() - first).days == making.HISTORY.days
    assert db.session.scalars(select(Installation.clock_offset_seconds)).one() == 0


def test_everybody_can_sign_in_and_has_a_page_of_their_own(demo: Flask) -> None:
    for player in PLAYERS:
        browser = Browser(demo.test_client())
        answer = browser.post("/sign-in", user_name=player.user_name, password=making.PASSWORD)

        assert answer.status_code == 303, player.user_name
        assert "Nothing here is evidence" in browser.get("/").text


@pytest.mark.usefixtures("demo")
def test_every_open_task_is_offered_to_somebody(clock: Clock) -> None:
    tasks = db.session.scalars(select(Task).where(Task.state == TaskState.OPEN.value)).all()
    found = [actor_of(db.session(), one, clock.now()) for one in db.session.scalars(select(Person.id))]

    alone = [task.title for task in tasks if not any(is_offered_to(task, actor) for actor in found if actor)]

    assert len(tasks) >= 40
    assert alone == []
