"""Gaps of the matrix ask for trainings, leavers learn nothing, and the figures count it all."""

from __future__ import annotations

import pytest

from app.accounts.models import Person
from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.settings import SettingRow
from app.foundation.unit_of_work import unit_of_work
from app.indicators.definitions import BY_KEY
from app.indicators.service import reading
from app.training.competence import MatrixFilter
from app.training.gap_trainings import ask_for_gap, ask_for_gaps, keep_trainings
from app.training.training_models import TrainingRecord
from app.workflow.acts import perform
from app.workflow.figures import FigureScope
from app.workflow.lifecycle import registry
from tests.conftest import TUESDAY
from tests.factories.accounts import actor_for
from tests.scenarios import training_steps as steps
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

School = dict[str, int]


@pytest.fixture
def school(scenario: Scenario) -> School:
    return steps.a_school(scenario)


def automatic(company: Company) -> None:
    with unit_of_work() as uow:
        uow.session.add(SettingRow(key="training.gaps", site_id=company.site, value="auto"))


def figure(key: str) -> tuple[int, int]:
    """Hits and rows of an indicator from the beginning of the story to its day."""
    db.session.rollback()
    tally = reading(db.session(), BY_KEY[key], FigureScope(since=TUESDAY, until=clock.now())).tally
    return tally.hits, tally.rows


def test_a_gap_asks_for_the_training_that_closes_it(scenario: Scenario, school: School) -> None:
    learner = scenario.company.people[steps.LEARNER]

    assert perform(None, lambda uow: ask_for_gap(uow, learner, school["skill"])) is True

    row = scenario.records(TrainingRecord)[0]
    assert (row.source, row.level, row.item_id) == ("gap", 3, school["item"])
    steps.assess(steps.learn(scenario.turn_to(row.id)))
    assert perform(None, lambda uow: ask_for_gap(uow, learner, school["skill"])) is False


@pytest.mark.usefixtures("school")
def test_all_gaps_at_once_are_those_the_asker_may_ask_about(scenario: Scenario, company: Company) -> None:
    near, far = (actor_for(company.people[who]) for who in ("quality_manager", "reporter"))

    assert perform(near.id, lambda uow: ask_for_gaps(uow, near, MatrixFilter())) == 1
    assert perform(far.id, lambda uow: ask_for_gaps(uow, far, MatrixFilter())) == 0
    assert len(scenario.records(TrainingRecord)) == 1


@pytest.mark.usefixtures("school")
def test_where_the_site_wants_it_each_gap_is_asked_about_once(scenario: Scenario, company: Company) -> None:
    keep_trainings()
    assert scenario.records(TrainingRecord) == []
    automatic(company)

    keep_trainings()
    scenario.after(days=1)
    keep_trainings()

    assert len(scenario.sent("training.requested")) == 1


def test_who_is_said_to_do_other_work_is_not_asked_again(
    scenario: Scenario, school: School, company: Company
) -> None:
    automatic(company)
    steps.want(scenario, school)
    for _attempt in range(3):
        steps.assess(steps.learn(scenario), "failed")
    steps.decide(scenario, "stop")

    keep_trainings()

    assert len(scenario.records(TrainingRecord)) == 1


def test_who_left_learns_nothing_more(scenario: Scenario, school: School, company: Company) -> None:
    steps.want(scenario, school)
    with unit_of_work() as uow:
        uow.session.get_one(Person, company.people[steps.LEARNER]).is_active = False

    keep_trainings()

    assert (scenario.steps, scenario.record.status) == ([], "cancelled")


def test_the_figures_count_what_was_learned_in_time_and_what_it_was_good_for(
    scenario: Scenario, school: School
) -> None:
    steps.assess(steps.learn(steps.want(scenario, school)))
    scenario.after(days=61)
    steps.evaluate(scenario)
    scenario.after(hours=1)

    assert (figure("trainings_on_time"), figure("trainings_effective")) == ((1, 1), (1, 1))
    assert figure("trainings_repeated") == (0, 1)


def test_what_was_learned_late_and_without_effect_counts_against_it(
    scenario: Scenario, school: School
) -> None:
    steps.want(scenario, school).after(days=40)
    steps.assess(steps.learn(scenario), "failed")
    steps.assess(steps.learn(scenario)).after(days=61)
    steps.evaluate(scenario, "not_effective", "nothing")
    scenario.after(hours=1)

    assert (figure("trainings_on_time"), figure("trainings_effective")) == ((0, 1), (0, 1))
    assert figure("trainings_repeated") == (1, 1)


@pytest.mark.usefixtures("scenario")
def test_every_measure_of_training_has_its_indicator() -> None:
    declared = {key for key in registry.measures() if key.startswith(("training", "lapsed", "acknowledge"))}

    assert declared == {one.measure for one in BY_KEY.values() if one.area == "people" and one.measure}
