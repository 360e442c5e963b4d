"""Pages of reading, questions, skills and items, through the browser's requests."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.training.entries import LISTS, EntryKey
from app.training.maintain import add_entry
from app.training.models import CompetenceRequirement, Skill, TrainingItem
from app.training.quizzes import QuizOrder, keep_quiz
from app.training.reading_models import (
    Acknowledgement,
    AcknowledgementRequest,
    Quiz,
    QuizSubject,
    ReadingState,
)
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.web.house_training import QUESTIONS

MATERIAL = "Clean the plate first.\n\nThen lap <b>slowly</b>."


@pytest.fixture
def people(app: Flask) -> dict[str, Somebody]:
    """A trainer for all sites, and two people who lap at one."""
    assert app.testing
    with unit_of_work() as uow:
        site = a_site(uow, "GDA")
        return {
            "trainer": a_person(uow, "trainer", roles=[("trainer", None)], site_id=site),
            "lapper": a_person(uow, "lapper", roles=[("action_owner", site)], site_id=site),
            "other": a_person(uow, "other", roles=[("action_owner", site)], site_id=site),
        }


@pytest.fixture
def trainer(app: Flask, people: dict[str, Somebody]) -> Browser:
    return enter(app.test_client(), people["trainer"])


@pytest.fixture
def lapper(app: Flask, people: dict[str, Somebody]) -> Browser:
    return enter(app.test_client(), people["lapper"])


def an_item() -> int:
    with unit_of_work() as uow:
        return add_entry(uow, LISTS[EntryKey.ITEM], {"name": "Lapping", "kind": "read", "material": MATERIAL})


def asked(trainer: Browser, *, with_questions: bool = False) -> int:
    """Ask action owners to read an item; return the acknowledgement of the lapper."""
    answer = trainer.post(f"/training/items/{an_item()}/readers", role="action_owner", due_days="14")
    assert answer.status_code == 303, answer.text
    request = db.session.scalars(select(AcknowledgementRequest)).one()
    if with_questions:
        with unit_of_work() as uow:
            keep_quiz(uow, QuizSubject.READING, request.revision_key, QuizOrder(QUESTIONS))
    return db.session.scalars(select(Acknowledgement.id).order_by(Acknowledgement.id)).first() or 0


def state_of(acknowledgement_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Acknowledgement, acknowledgement_id).state


def test_what_is_to_be_read_is_found_at_home_in_the_inbox_and_by_count(
    trainer: Browser, lapper: Browser
) -> None:
    asked(trainer)

    home, inbox, mine = (lapper.get(path).text for path in ("/", "/inbox", "/training"))

    for page in (home, inbox, mine):
        assert "Read and acknowledge “Lapping”" in page
        assert "/acknowledgements/1" in page
    assert "Nothing waits here" not in inbox


def test_a_reader_acknowledges_and_the_page_says_so(trainer: Browser, lapper: Browser) -> None:
    reading = asked(trainer)
    shown = lapper.get(f"/acknowledgements/{reading}").text

    bare = lapper.post(f"/acknowledgements/{reading}")
    done = lapper.post(f"/acknowledgements/{reading}", is_understood="true")

    assert "<p>Then lap &lt;b&gt;slowly&lt;/b&gt;.</p>" in shown
    assert (bare.status_code, "Confirm only what you have understood" in bare.text) == (422, True)
    assert (done.status_code, state_of(reading)) == (303, ReadingState.DONE)
    assert "You have acknowledged this." in lapper.get(f"/acknowledgements/{reading}").text


def test_nobody_reads_in_the_name_of_somebody_else(
    app: Flask, people: dict[str, Somebody], trainer: Browser
) -> None:
    reading = asked(trainer)
    other = enter(app.test_client(), people["other"])

    assert other.get(f"/acknowledgements/{reading}").status_code == 404
    assert other.post(f"/acknowledgements/{reading}", is_understood="true").status_code == 404


def test_wrong_answers_cost_an_attempt_and_missing_ones_do_not(trainer: Browser, lapper: Browser) -> None:
    reading = asked(trainer, with_questions=True)
    address, sure = f"/acknowledgements/{reading}", {"is_understood": "true"}

    missing = lapper.post(address, **sure, **{"question-0": "0"})
    wrong = lapper.post(address, **sure, **{"question-0": "1", "question-1-0": "true"})
    told = lapper.get(address).text
    right = {"question-0": "0", "question-1-0": "true", "question-1-1": "true"}
    lapper.post(address, **sure, **right)

    assert (missing.status_code, "Question 2 has no answer." in missing.text) == (422, True)
    assert wrong.status_code == 303
    assert "0 % of your answers were right." in told
    assert "2 attempts are left." in told
    assert state_of(reading) == ReadingState.DONE


def test_the_trainer_sees_who_has_read_it_and_takes_the_list_along(trainer: Browser, lapper: Browser) -> None:
    reading = asked(trainer)
    lapper.post(f"/acknowledgements/{reading}", is_understood="true")

    listed, audience = trainer.get("/training/readings").text, trainer.get("/training/readings/1").text
    table = trainer.get("/training/readings/1.csv")

    assert "1 of 2" in listed
    assert "Other" in audience
    assert table.mimetype == "text/csv"
    assert "Lapper,Site GDA,Acknowledged" in table.text
    assert lapper.get("/training/readings").status_code == 403


def test_questions_are_written_row_by_row(trainer: Browser) -> None:
    asked(trainer)
    row = {"questions.0.text": "Why?", "questions.0.right": "So", "questions.0.wrong": "No\nNever"}

    more = trainer.post("/training/readings/1/questions", **row, _rows="add:questions")
    bad = trainer.post("/training/readings/1/questions", **{"questions.0.text": "Why?"})
    kept = trainer.post("/training/readings/1/questions", **row, pass_score="100", row_version="0")
    stale = trainer.post("/training/readings/1/questions", **row, row_version="0")

    assert "questions.1.text" in more.text
    assert (bad.status_code, "needs at least two answers" in bad.text) == (422, True)
    assert (kept.status_code, stale.status_code) == (303, 409)
    quiz = db.session.scalars(select(Quiz)).one()
    assert [one["is_right"] for one in quiz.questions[0]["options"]] == [True, False, False]


def test_skills_requirements_and_items_are_kept_and_taken_out_of_use(trainer: Browser) -> None:
    trainer.post("/training/entries/skill/new", name="Lapping")
    skill = str(db.session.scalars(select(Skill.id)).one())
    need = {"role": "action_owner", "skill_id": skill, "level": "3", "is_control": "yes"}
    trainer.post("/training/entries/requirement/new", **need)
    half = trainer.post("/training/entries/item/new", name="Course", kind="course", skill_id=skill)
    trainer.post("/training/entries/item/new", name="Course", kind="course", skill_id=skill, level="3")
    page = trainer.get("/training/skills").text
    trainer.post("/training/entries/requirement/1/end")

    assert (half.status_code, "to which level" in half.text) == (422, True)
    assert "Controls a risk" in page
    assert "Course (3)" in page
    assert db.session.scalars(select(CompetenceRequirement.is_active)).one() is False
    assert "Nobody yet." in trainer.get("/training/skills").text


def test_an_item_carries_a_file_that_its_readers_open(trainer: Browser, lapper: Browser) -> None:
    reading = asked(trainer)
    upload = {"csrf_token": trainer.token(), "file": (BytesIO(b"In pictures."), "lapping.txt")}
    trainer.client.post("/training/items/1/file", data=upload, base_url=trainer.base_url)
    stored = db.session.scalars(select(TrainingItem.file_id)).one()

    seen = lapper.get(f"/acknowledgements/{reading}/files/{stored}")

    assert (seen.status_code, seen.data) == (200, b"In pictures.")
    seen.close()
    assert lapper.get(f"/acknowledgements/{reading}/files/987").status_code == 404
    assert lapper.get("/training/items/1/file").status_code == 403


def test_an_item_without_anything_to_read_is_not_sent_round(trainer: Browser) -> None:
    with unit_of_work() as uow:
        item = add_entry(uow, LISTS[EntryKey.ITEM], {"name": "Course", "kind": "course"})

    answer = trainer.post(f"/training/items/{item}/readers", due_days="14")

    assert (answer.status_code, "nothing to read" in answer.text) == (422, True)


def test_the_questions_of_an_item_go_with_it(trainer: Browser) -> None:
    item = an_item()
    row = {"questions.0.text": "Why?", "questions.0.right": "So", "questions.0.wrong": "No"}
    trainer.post(f"/training/items/{item}/questions", **row, row_version="0")

    trainer.post(f"/training/items/{item}/readers", role="action_owner", due_days="14")

    kinds = db.session.scalars(select(Quiz.subject_kind).order_by(Quiz.id)).all()
    assert kinds == [QuizSubject.ITEM, QuizSubject.READING]


def test_who_answers_for_one_site_asks_that_site_only(as_role: Callable[..., Browser]) -> None:
    with unit_of_work() as uow:
        site = a_site(uow, "LEE")
    item, browser = an_item(), as_role("site_manager", site)

    everywhere = browser.post(f"/training/items/{item}/readers", due_days="14")
    here = browser.post(f"/training/items/{item}/readers", due_days="14", site_id=str(site))

    assert (everywhere.status_code, here.status_code) == (422, 303)
