from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.accounts.absences import plan_absence
from app.approvals.chain import Chain, Mode, OnNo, Quorum, Rule
from app.approvals.models import ApprovalState
from app.approvals.versions import begin_draft, keep_draft, propose, put_in_force
from app.approvals.voting import VoteRefused
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import entries_for
from app.workflow.faults import StepBroken
from app.workflow.models import Fault, Task
from app.workflow.separation import SeparationBroken
from app.workflow.slot_people import SecondPlace
from tests.approvals.plans import NO, YES, Plans
from tests.factories.chains import a_chain, a_group, a_stage

DAY = date(2026, 3, 17)
ANYONE = a_group("role:quality_manager")
EVERYONE = a_group("role:quality_manager", quorum=Quorum.ALL)
TOP = a_stage("Top", a_group("role:top_management"))


def away(plans: Plans, name: str, substitute: str, *, days: int = 0) -> None:
    with unit_of_work() as uow:
        plan_absence(uow, plans[name], plans[substitute], starts_on=DAY, ends_on=DAY + timedelta(days=days))


def test_the_first_yes_of_anyone_ends_the_stage_and_the_approval(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE)))
    plans.begin("anna")
    assert plans.asked == ["max", "mel", "mia", "mo"]

    plans.vote("mel", YES)

    assert (plans.asked, plans.instance.outcome) == ([], "closed_effective")
    assert plans.approval.state == ApprovalState.APPROVED.value
    assert plans.approval.ended_at is not None


def test_everyone_is_waited_for(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", EVERYONE)))
    plans.begin("anna")

    for name in ("mo", "mia", "mel"):
        plans.vote(name, YES)
    assert plans.asked == ["max"]
    plans.vote("max", YES)

    assert plans.stages == [("Quality", "approved")]


def test_two_of_one_group_and_one_of_another(plans: Plans) -> None:
    pair = a_group("role:quality_manager", quorum=Quorum.COUNT, number=2)
    plans.put_in_force(a_chain(a_stage("Both", pair, a_group("role:process_owner"))))
    plans.begin("anna")

    for name in ("mia", "max", "mel"):
        plans.vote(name, YES)
    assert plans.asked == ["mo", "olga", "otto"]
    plans.vote("otto", YES)

    assert plans.instance.outcome == "closed_effective"


def test_a_percentage_is_reached(plans: Plans) -> None:
    half = a_group("role:quality_manager", quorum=Quorum.PERCENT, number=50)
    plans.put_in_force(a_chain(a_stage("Half", half)))
    plans.begin("anna")

    plans.vote("mia", YES)
    assert plans.instance.outcome is None
    plans.vote("max", YES)

    assert plans.instance.outcome == "closed_effective"


def test_stages_follow_one_another(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE), TOP))
    plans.begin("anna")

    plans.vote("mia", YES)
    assert plans.asked == ["tara", "tom"]
    plans.vote("tom", YES)

    assert plans.stages == [("Quality", "approved"), ("Top", "approved")]


def test_a_stage_whose_condition_does_not_hold_is_skipped(plans: Plans) -> None:
    costly = a_stage("Top", a_group("role:top_management"), only_if="record.cost > 100")
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE), costly))
    plans.begin("anna", cost=99)

    plans.vote("mia", YES)

    assert plans.stages == [("Quality", "approved")]
    assert plans.instance.outcome == "closed_effective"


def test_rules_choose_by_what_the_record_says(plans: Plans) -> None:
    grave = Rule("Grave", "record.severity >= 4", (TOP,))
    plans.put_in_force(Chain((grave, Rule("Others", stages=(a_stage("Quality", ANYONE),)))))

    plans.begin("anna", severity=4)

    assert plans.asked == ["tara", "tom"]


def test_a_veto_sends_it_back_to_the_author_and_a_new_approval_begins(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", EVERYONE)))
    plans.begin("anna")

    plans.vote("mia", NO)

    assert (plans.steps, plans.asked) == (["write_plan"], [])
    assert plans.approval.state == ApprovalState.RETURNED.value
    plans.hand_in("anna")
    assert plans.asked == ["max", "mel", "mia", "mo"]


def test_without_veto_it_ends_when_quorum_became_impossible(plans: Plans) -> None:
    three = a_group("role:quality_manager", quorum=Quorum.COUNT, number=3)
    plans.put_in_force(a_chain(a_stage("Three", three, has_veto=False)))
    plans.begin("anna")

    plans.vote("mia", NO)
    assert plans.asked == ["max", "mel", "mo"]
    plans.vote("max", NO)

    assert plans.stages == [("Three", "returned")]


def test_a_no_may_end_it_for_good(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE, on_no=OnNo.END)))
    plans.begin("anna")

    plans.vote("mia", NO)

    assert plans.instance.outcome == "dropped"
    assert plans.approval.state == ApprovalState.REJECTED.value


def test_a_no_may_lead_to_the_stage_before_which_is_asked_again(plans: Plans) -> None:
    back = a_stage("Top", a_group("role:top_management"), on_no=OnNo.PREVIOUS)
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE), back))
    plans.begin("anna")
    plans.vote("mia", YES)

    plans.vote("tara", NO)
    assert plans.asked == ["max", "mel", "mia", "mo"]
    plans.vote("mia", YES)
    plans.vote("tara", YES)

    assert [outcome for _name, outcome in plans.stages] == ["approved", "returned", "approved", "approved"]
    assert plans.instance.outcome == "closed_effective"


def test_one_after_the_other_in_the_order_written(plans: Plans) -> None:
    line = a_group(*(plans.member(name) for name in ("mo", "tom", "mia")), quorum=Quorum.COUNT, number=2)
    plans.put_in_force(a_chain(a_stage("Line", line, mode=Mode.SEQUENTIAL, has_veto=False)))
    plans.begin("anna")

    seen = []
    for answer in (YES, NO, YES):
        (name,) = plans.asked
        seen.append(name)
        plans.vote(name, answer)

    assert seen == ["mo", "tom", "mia"]
    assert plans.stages == [("Line", "approved")]


def test_one_after_the_other_stops_as_soon_as_it_is_decided(plans: Plans) -> None:
    line = a_group(*(plans.member(name) for name in ("mo", "tom")))
    plans.put_in_force(a_chain(a_stage("Line", line, mode=Mode.SEQUENTIAL)))
    plans.begin("anna")

    plans.vote("mo", YES)

    assert (plans.asked, plans.instance.outcome) == ([], "closed_effective")


def test_the_author_is_not_asked_also_when_the_role_names_them(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE)))

    plans.begin("mia")

    assert plans.asked == ["max", "mel", "mo"]


def test_who_wrote_the_plan_for_the_author_is_not_asked_either(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE)))
    plans.begin("anna")
    plans.vote("mia", NO)

    plans.hand_in("max")

    assert plans.asked == ["mel", "mia", "mo"]


def test_an_empty_pool_is_a_fault_before_anybody_is_asked(plans: Plans) -> None:
    alone = a_stage("Owner", a_group(plans.member("anna")))
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE), alone))

    with pytest.raises(StepBroken):
        plans.begin("anna")

    assert plans.steps == ["write_plan"]
    fault = db.session.query(Fault).one()
    assert (fault.element_id, fault.cause[:24]) == ("resolve_chain", "“Owner” needs 1 and has ")


def test_a_chain_without_a_version_in_force_is_a_fault(plans: Plans) -> None:
    with pytest.raises(StepBroken):
        plans.begin("anna")

    assert "An admin must publish one" in db.session.query(Fault).one().cause


def test_a_substitute_votes_on_behalf_and_both_names_are_kept(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Top", a_group(plans.member("tara")))))
    away(plans, "tara", "olga")
    plans.begin("anna")

    plans.vote("olga", YES, of="tara")

    (vote,) = plans.votes()
    assert (vote.person_id, vote.actor_id) == (plans["tara"], plans["olga"])
    voted = [one for one in entries_for(db.session(), "sample", plans.record_id) if "voted" in one.verb]
    assert (voted[0].actor_id, voted[0].on_behalf_of_id) == (plans["olga"], plans["tara"])


def test_a_substitute_who_is_asked_themselves_does_not_vote_twice(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Top", a_group("role:top_management", quorum=Quorum.ALL))))
    away(plans, "tara", "tom")
    plans.begin("anna")

    with pytest.raises(SecondPlace, match="Nobody decides twice"):
        plans.vote("tom", YES, of="tara")


def test_nobody_stands_in_over_more_than_three_absences(plans: Plans) -> None:
    plans.hire("one", "two", "three", "four")
    plans.put_in_force(a_chain(a_stage("Top", a_group(plans.member("tara")))))
    for name, substitute in (("tara", "one"), ("one", "two"), ("two", "three"), ("three", "four")):
        away(plans, name, substitute)
    plans.begin("anna")

    with pytest.raises(VoteRefused, match="more than 3 absences"):
        plans.vote("four", YES, of="tara")
    plans.vote("three", YES, of="tara")

    assert plans.instance.outcome == "closed_effective"


def test_the_author_does_not_vote_for_somebody_else(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Top", a_group(plans.member("tara")))))
    away(plans, "tara", "anna")
    plans.begin("anna")

    with pytest.raises((VoteRefused, SeparationBroken)):
        plans.vote("anna", YES, of="tara")


def test_where_deputies_may_not_act_the_vote_waits(plans: Plans) -> None:
    stage = a_stage("Top", a_group(plans.member("tara")), lets_deputies_act=False)
    plans.put_in_force(a_chain(stage))
    away(plans, "tara", "olga")
    plans.begin("anna")

    with pytest.raises(VoteRefused, match="It waits for Tara"):
        plans.vote("olga", YES, of="tara")


def test_other_people_than_in_the_stage_before(plans: Plans) -> None:
    again = a_stage("Again", a_group("role:quality_manager"), is_independent=True)
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE), again))
    plans.begin("anna")

    plans.vote("mia", YES)
    assert plans.asked == ["max", "mel", "mo"]
    away(plans, "max", "mia")

    with pytest.raises(VoteRefused, match="you voted there"):
        plans.vote("mia", YES, of="max")


def test_a_running_approval_ends_on_the_version_it_began_with(plans: Plans) -> None:
    first = plans.put_in_force(a_chain(a_stage("Quality", ANYONE), TOP))
    plans.begin("anna")
    with unit_of_work() as uow:
        draft = begin_draft(uow, "plan")
        keep_draft(uow, draft.id, a_chain(a_stage("Quality", ANYONE)), row_version=draft.row_version)
        propose(uow, draft.id, "shorter")
        put_in_force(uow, draft.id, decided_by_id=None)

    plans.vote("mia", YES)

    assert (plans.asked, plans.approval.chain_version_id) == (["tara", "tom"], first.id)


def test_due_dates_are_working_time_from_the_opening_of_each_stage(plans: Plans) -> None:
    plans.put_in_force(
        a_chain(a_stage("Quality", ANYONE, due="P1D"), a_stage("Top", TOP.groups[0], due="P3D"))
    )
    plans.begin("anna")
    assert {task.due_at.date() for task in plans.asked_tasks()} == {date(2026, 3, 18)}

    plans.vote("mia", YES)

    assert {task.due_at.date() for task in plans.asked_tasks()} == {date(2026, 3, 20)}


def test_the_task_policy_of_a_stage_reminds_and_escalates(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE, policy="urgent")))

    plans.begin("anna")

    assert {task.policy for task in plans.asked_tasks()} == {"urgent"}


def test_the_others_are_told_that_it_was_decided(plans: Plans) -> None:
    plans.put_in_force(a_chain(a_stage("Quality", ANYONE)))
    plans.begin("anna")

    plans.vote("mia", YES)

    db.session.rollback()
    states = db.session.query(Task.state, Task.cancelled_because).filter_by(element_id="decide").all()
    assert sorted(states, key=str) == [("cancelled", "decided by others")] * 3 + [("done", None)]
