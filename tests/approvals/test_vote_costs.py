"""A vote costs the same among five as among five hundred: sums are moved, members are never read."""

from __future__ import annotations

import pytest

from app.approvals.chain import Quorum
from tests.approvals.plans import YES, Plans
from tests.factories.chains import a_chain, a_group, a_stage
from tests.inbox.test_statements import statements

STATEMENTS = 30  # of the whole act: locks, challenge and signature, vote, sums, trail


def cost_of_a_vote(plans: Plans, key: str, size: int) -> int:
    """Statements of a vote in a stage of so many, after a first one has filled the caches."""
    names = [f"{key}{number}" for number in range(size)]
    plans.hire(*names)
    asked = a_group(*(plans.member(name) for name in names), quorum=Quorum.ALL)
    plans.put_in_force(a_chain(a_stage("All", asked)))
    plans.begin("anna")
    plans.vote(names[0], YES)
    task = next(one for one in plans.asked_tasks() if one.assignee_id == plans[names[1]])
    desk = plans.desk(names[1])
    with statements() as sent:
        desk.attempt(task.id, task.row_version, **YES)
    return len(sent)


@pytest.mark.parametrize("size", [5, 60])
def test_a_vote_sends_the_same_statements_in_a_stage_of_any_size(plans: Plans, size: int) -> None:
    assert cost_of_a_vote(plans, "v", size) == STATEMENTS
