"""The pages of trainings, as the learner, the manager of quality and the trainer open them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.training.training_models import TrainingRecord
from tests.factories.browser import Browser, enter
from tests.scenarios import training_steps as steps
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

School = dict[str, int]


@pytest.fixture
def school(scenario: Scenario) -> School:
    return steps.a_school(scenario)


def browser(app: Flask, company: Company, who: str) -> Browser:
    return enter(app.test_client(), company.people[who])


def asked(scenario: Scenario, school: School) -> str:
    """A training whose learner stands before the questions; the address of its questions."""
    steps.write_questions(school)
    steps.learn(steps.want(scenario, school))
    return f"/trainings/{scenario.record_id}/questions"


def test_the_learner_finds_the_questions_answers_them_and_reads_the_result(
    app: Flask, scenario: Scenario, school: School, company: Company
) -> None:
    address, learner = asked(scenario, school), browser(app, company, steps.LEARNER)
    task = learner.get(f"/tasks/{scenario.task('answer_questions').id}").text

    missing = learner.post(address, _token="one")
    done = learner.post(address, _token="two", **{"question-0": "0"})

    assert f'href="{address}"' in task
    assert (missing.status_code, "has no answer" in missing.text) == (422, True)
    assert (done.status_code, scenario.record.status) == (303, "completed")
    assert "You have passed" in learner.get(done.headers["Location"]).text


def test_wrong_answers_send_the_learner_back_to_learning(
    app: Flask, scenario: Scenario, school: School, company: Company
) -> None:
    address, learner = asked(scenario, school), browser(app, company, steps.LEARNER)

    learner.post(address, _token="one", **{"question-0": "1"})

    assert scenario.steps == ["do_training"]
    assert "Lapping by hand" in learner.get("/training").text
    assert learner.get(address).status_code == 409


def test_the_questions_of_somebody_else_are_no_page(
    app: Flask, scenario: Scenario, school: School, company: Company
) -> None:
    address = asked(scenario, school)

    assert browser(app, company, "reporter").get(address).status_code == 404
    assert browser(app, company, "reporter").post(address, _token="x").status_code == 404
    led_back = browser(app, company, "quality_manager").get(address)
    assert led_back.headers["Location"].endswith(f"/trainings/{scenario.record_id}")


@pytest.mark.usefixtures("school")
def test_one_button_asks_for_all_gaps_of_the_matrix(app: Flask, scenario: Scenario, company: Company) -> None:
    manager = browser(app, company, "quality_manager")
    assert "Ask for trainings" in manager.get("/training/matrix").text

    first = manager.post("/training/matrix/trainings")

    assert (first.status_code, len(scenario.records(TrainingRecord))) == (303, 1)
    assert "A training is asked for" in manager.get("/training/matrix").text


def test_a_gap_of_one_person_has_its_own_button(
    app: Flask, scenario: Scenario, school: School, company: Company
) -> None:
    manager, learner = browser(app, company, "quality_manager"), company.people[steps.LEARNER]
    page = f"/training/people/{learner}"
    assert "Ask for the training" in manager.get(page).text

    manager.post(f"{page}/trainings", skill_id=school["skill"])

    assert [one.person_id for one in scenario.records(TrainingRecord)] == [learner]
    own = browser(app, company, steps.LEARNER)
    assert own.post(f"{page}/trainings", skill_id=school["skill"]).status_code in {403, 404}


def test_the_record_says_who_learns_what_and_keeps_others_out(
    app: Flask, scenario: Scenario, school: School, company: Company
) -> None:
    steps.want(scenario, school)
    address = f"/trainings/{scenario.record_id}"

    page = browser(app, company, steps.LEARNER).get(address).text

    assert "Lap ten plates." in page
    assert "The new machine needs it." in page
    assert browser(app, company, "reporter").get(address).status_code == 404
    assert "Lapping by hand" in browser(app, company, "quality_manager").get("/trainings").text
