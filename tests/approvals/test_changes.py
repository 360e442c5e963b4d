from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.approvals.chain import Mode, Quorum
from app.approvals.changes import (
    MemberRefused,
    StageDecided,
    UnknownSeat,
    add_member,
    replace_member,
    withdraw_member,
)
from app.approvals.models import ApprovalGroup
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import entries_for
from app.workflow.slots import NobodyLeft
from app.workflow.tasks import reassign
from tests.approvals.plans import YES, Plans
from tests.factories.chains import a_chain, a_group, a_stage


def group() -> ApprovalGroup:
    db.session.rollback()
    return db.session.scalars(select(ApprovalGroup).order_by(ApprovalGroup.id.desc()).limit(1)).one()


def begun(plans: Plans, *names: str, quorum: Quorum = Quorum.ALL, **terms: Any) -> Plans:
    asked = a_group(*(plans.member(name) for name in names), quorum=quorum)
    plans.put_in_force(a_chain(a_stage("Quality", asked, **terms)))
    plans.begin("anna")
    return plans


def add(plans: Plans, name: str, reason: str = "She knows the weld.") -> None:
    group_id = group().id
    plans.do("mia", lambda uow: add_member(uow, plans.approval.id, group_id, plans[name], reason))


def replace(plans: Plans, old: str, name: str, reason: str = "He left.") -> None:
    seat_id = plans.seat(old).id
    plans.do("mia", lambda uow: replace_member(uow, seat_id, plans[name], reason))


def withdraw(plans: Plans, name: str) -> None:
    seat_id = plans.seat(name).id
    plans.do("mia", lambda uow: withdraw_member(uow, seat_id, "Not needed."))


def test_one_more_is_asked_and_must_say_yes_where_everyone_must(plans: Plans) -> None:
    begun(plans, "mia", "max")

    add(plans, "olga")
    assert (plans.asked, group().size, group().needed) == (["mia", "max", "olga"], 3, 3)
    for name in ("mia", "max"):
        plans.vote(name, YES)
    assert plans.instance.outcome is None
    plans.vote("olga", YES)

    assert plans.instance.outcome == "closed_effective"


def test_somebody_else_is_asked_in_a_place_and_votes_there(plans: Plans) -> None:
    begun(plans, "mia", "max")

    replace(plans, "max", "olga")
    plans.vote("olga", YES)

    assert plans.asked == ["mia"]
    assert [(vote.person_id, vote.actor_id) for vote in plans.votes()] == [(plans["olga"], plans["olga"])]
    verbs = [entry.verb for entry in entries_for(db.session(), "sample", plans.record_id)]
    assert "slot.replaced" in verbs


def test_a_place_handed_on_by_its_holder_counts_for_who_has_it(plans: Plans) -> None:
    begun(plans, "mia", "max")
    task = next(one for one in plans.asked_tasks() if one.assignee_id == plans["max"])
    plans.do("max", lambda uow: reassign(uow, task.id, plans["olga"], "She knows the weld."))

    plans.vote("olga", YES)

    assert plans.seat("olga").state == "voted"


def test_taking_a_question_back_may_decide_the_stage(plans: Plans) -> None:
    begun(plans, "mia", "max")
    plans.vote("mia", YES)

    withdraw(plans, "max")

    assert (plans.asked, plans.instance.outcome) == ([], "closed_effective")


def test_a_group_is_not_made_too_small(plans: Plans) -> None:
    begun(plans, "mia", quorum=Quorum.COUNT)

    with pytest.raises(MemberRefused, match="Too few people would be left"):
        withdraw(plans, "mia")


def test_who_was_taken_back_can_be_asked_again(plans: Plans) -> None:
    begun(plans, "mia", "max")
    withdraw(plans, "max")

    add(plans, "max")

    assert plans.asked == ["mia", "max"]


@pytest.mark.parametrize(("name", "rule"), [("anna", "author"), ("max", "asked"), ("gone", "inactive")])
def test_whom_the_chain_would_not_ask_is_refused(plans: Plans, name: str, rule: str) -> None:
    plans.hire("gone")
    begun(plans, "mia", "max")
    with unit_of_work() as uow:
        uow.session.get_one(Person, plans["gone"]).is_active = False

    for deed in (lambda: add(plans, name), lambda: replace(plans, "mia", name)):
        assert refused(deed) == [rule]


def refused(deed: Callable[[], None]) -> list[str]:
    with pytest.raises(MemberRefused) as refusal:
        deed()
    return [one.rule for one in refusal.value.problems]


def test_a_change_needs_a_reason(plans: Plans) -> None:
    begun(plans, "mia", "max")

    assert refused(lambda: add(plans, "olga", " ")) == ["required"]


def test_the_next_in_line_can_be_changed_before_it_is_their_turn(plans: Plans) -> None:
    begun(plans, "mia", "max", mode=Mode.SEQUENTIAL)

    replace(plans, "max", "olga")
    add(plans, "tara")
    assert plans.asked == ["mia"]
    seen = []
    while plans.asked:
        seen += plans.asked
        plans.vote(plans.asked[0], YES)

    assert seen == ["mia", "olga", "tara"]


def test_the_one_whose_turn_it_is_is_replaced_and_never_just_taken_out(plans: Plans) -> None:
    begun(plans, "mia", "max", mode=Mode.SEQUENTIAL)

    with pytest.raises(NobodyLeft):
        withdraw(plans, "mia")
    replace(plans, "mia", "olga")

    assert plans.asked == ["olga"]


def test_a_decided_stage_and_a_foreign_group_are_refused(plans: Plans) -> None:
    begun(plans, "mia", "max")
    seat_id = plans.seat("max").id
    with pytest.raises(UnknownSeat):
        plans.do("mia", lambda uow: add_member(uow, plans.approval.id, 4711, plans["olga"], "x"))
    for name in ("mia", "max"):
        plans.vote(name, YES)

    with pytest.raises(StageDecided):
        plans.do("mia", lambda uow: replace_member(uow, seat_id, plans["olga"], "x"))
