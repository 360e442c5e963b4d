"""What a vote costs in a stage of five hundred people beside one in a stage of five.

Both stages ask everybody and stay undecided; votes are measured in turn, signature and trail included.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from app.approvals.chain import Quorum
from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.foundation.installation import Purpose
from app.foundation.unit_of_work import unit_of_work
from app.trail.service import open_chain
from tests.approvals.plans import YES, Plans, some_plans
from tests.benchmarks.figures import Figure, times_the_floor
from tests.benchmarks.serving import environment_for
from tests.factories.chains import a_chain, a_group, a_stage, put_in_force

FEW, MANY = 5, 500
TURNS, VOTES = 12, 3  # of five votes the first warms up and the last would decide


def figures(home: Path, turns: int = TURNS, many: int = MANY) -> list[Figure]:
    """Return the figure of a vote; `home` must not exist."""
    home.mkdir(mode=0o700)
    with bare_server(environment_for(home)):
        bring_up_to_date()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
        few, large = _measured(some_plans(), turns, many)
    return [times_the_floor("V1 vote", large, "ms", few, at_most=1.5)]


def _measured(plans: Plans, turns: int, many: int) -> tuple[float, float]:
    plans.hire("anna")
    crowd = _stage_of(plans, "crowd", many)
    few: list[float] = []
    large: list[float] = []
    for turn in range(turns):
        panel = _stage_of(plans, f"panel{turn}x", FEW)
        for one in panel[1 : VOTES + 1]:
            few.append(_milliseconds(plans, one))
            large.append(_milliseconds(plans, crowd.pop()))
    return median(few), median(large)


def _stage_of(plans: Plans, key: str, size: int) -> list[str]:
    """Ask so many people at once, and let the first of them vote; their names."""
    names = [f"{key}{number}" for number in range(size)]
    plans.hire(*names)
    asked = a_group(*(plans.member(name) for name in names), quorum=Quorum.ALL)
    content = a_chain(a_stage("All", asked))
    if plans.record_id:
        with unit_of_work() as uow:
            put_in_force(uow, "plan", content)
    else:
        plans.put_in_force(content)
    plans.begin("anna")
    plans.vote(names[0], YES)
    return names


def _milliseconds(plans: Plans, name: str) -> float:
    task = next(one for one in plans.asked_tasks() if one.assignee_id == plans[name])
    desk = plans.desk(name)
    begun = time.perf_counter()
    desk.attempt(task.id, task.row_version, **YES)
    return (time.perf_counter() - begun) * 1000
