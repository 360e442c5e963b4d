from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.workflow.models import Submission, Task, TaskState
from tests.factories.accounts import Somebody
from tests.factories.browser import Browser, enter
from tests.factories.signing import signed_by
from tests.inbox.conftest import Company


def browser(app: Flask, somebody: Somebody) -> Browser:
    return enter(app.test_client(), somebody)


def report(app: Flask, company: Company, title: str = "Torque table") -> int:
    """Report through the start form and return the id of the first task."""
    answer = browser(app, company.reporter).post("/start/two_step_approval", title=title, _token="t" + title)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    return db.session.scalars(select(Task.id).order_by(Task.id.desc())).first() or 0


def task(task_id: int) -> Task:
    db.session.rollback()
    return db.session.get_one(Task, task_id)


def test_a_report_goes_through_both_steps(app: Flask, company: Company) -> None:
    review = report(app, company)

    rob = browser(app, company.reviewer)
    assert "Review the document" in rob.get(f"/tasks/{review}").text
    done = rob.post(f"/tasks/{review}/complete", verdict="fit", _token="a", _version="1")
    assert (done.status_code, done.location) == (303, "/inbox")
    approve = db.session.scalars(select(Task.id).where(Task.element_id == "approve")).one()
    anna = browser(app, company.approver)
    sent = signed_by(company.approver, anna.get(f"/tasks/{approve}").text)
    signed = anna.post(f"/tasks/{approve}/complete", is_read="true", **sent)

    assert signed.status_code == 303, signed.text
    assert task(approve).state == TaskState.DONE
    assert db.session.scalars(select(Submission.signature).order_by(Submission.id.desc())).first() == {
        "meaning": "approval",
        "method": "password",
    }


def test_a_wrong_password_signs_nothing_and_keeps_the_answers(app: Flask, company: Company) -> None:
    review = report(app, company)
    browser(app, company.reviewer).post(f"/tasks/{review}/complete", verdict="fit", _token="a", _version="1")
    approve = db.session.scalars(select(Task.id).where(Task.element_id == "approve")).one()

    anna = browser(app, company.approver)
    sent = signed_by(company.approver, anna.get(f"/tasks/{approve}").text)
    sent |= {"_signature.password": "not it", "condition": "Only at line 2"}
    refused = anna.post(f"/tasks/{approve}/complete", is_read="true", **sent)

    assert refused.status_code == 422
    assert "This is not your user name with your password" in refused.text
    assert "Only at line 2" in refused.text
    assert task(approve).state == TaskState.OPEN


def test_a_refused_form_names_each_answer_and_keeps_what_was_typed(app: Flask, company: Company) -> None:
    review = report(app, company)

    refused = browser(app, company.reviewer).post(
        f"/tasks/{review}/complete", verdict="unfit", remark="Kept words", _token="a", _version="1"
    )

    assert refused.status_code == 422
    assert 'href="#f-reason"' in refused.text
    assert "Kept words" in refused.text


def test_the_same_press_twice_is_answered_twice_and_done_once(app: Flask, company: Company) -> None:
    review = report(app, company)
    rob = browser(app, company.reviewer)

    answers = [
        rob.post(f"/tasks/{review}/complete", verdict="fit", _token="same", _version="1") for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(db.session.scalars(select(Submission).where(Submission.task_id == review)).all()) == 1


def test_who_comes_second_learns_who_was_first(app: Flask, company: Company) -> None:
    review = report(app, company)
    browser(app, company.reviewer).post(f"/tasks/{review}/complete", verdict="fit", _token="a", _version="1")

    late = browser(app, company.second_reviewer).post(
        f"/tasks/{review}/complete", verdict="fit", _token="b", _version="1"
    )

    assert late.status_code == 409
    assert "Rob Review" in late.text


def test_a_stale_page_keeps_what_was_typed_as_a_draft(app: Flask, company: Company) -> None:
    review = report(app, company)

    stale = browser(app, company.reviewer).post(
        f"/tasks/{review}/complete", verdict="fit", remark="Not lost", _token="a", _version="7"
    )

    assert stale.status_code == 409
    assert (task(review).draft or {})["remark"] == "Not lost"


def test_a_draft_is_there_again_after_signing_in_anew(app: Flask, company: Company) -> None:
    review = report(app, company)
    rob = browser(app, company.reviewer)
    rob.post(f"/tasks/{review}/draft", remark="Half a thought")
    rob.post("/sign-out")

    again = browser(app, company.reviewer).get(f"/tasks/{review}")

    assert "Half a thought" in again.text
    assert "Draft saved today" in again.text


def test_a_lost_login_leads_back_to_the_task(app: Flask, company: Company) -> None:
    review = report(app, company)

    answer = app.test_client().get(f"/tasks/{review}")

    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next=/tasks/{review}"


def test_a_finished_task_says_who_did_it(app: Flask, company: Company) -> None:
    review = report(app, company)
    rob = browser(app, company.reviewer)
    rob.post(f"/tasks/{review}/complete", verdict="fit", _token="a", _version="1")

    page = rob.get(f"/tasks/{review}").text

    assert "Rob Review did this on 17 Mar 2026" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0].split("c8 stack")[1].split("aside")[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/brief"),
        ("post", "/complete"),
        ("post", "/draft"),
        ("post", "/form"),
        ("post", "/claim"),
    ],
)
def test_a_task_of_another_site_does_not_exist(app: Flask, company: Company, method: str, path: str) -> None:
    review = report(app, company)
    sam = browser(app, company.stranger)

    answer = getattr(sam, method)(f"/tasks/{review}{path}")

    assert answer.status_code == 404


def test_an_answer_shows_the_question_that_depends_on_it(app: Flask, company: Company) -> None:
    review = report(app, company)

    part = browser(app, company.reviewer).post(f"/tasks/{review}/form", verdict="unfit").text

    assert "What must change" in part
    assert part.lstrip().startswith('<div id="answers"')
    assert "<html" not in part


def test_claim_release_and_hand_on(app: Flask, company: Company) -> None:
    review = report(app, company)
    rob = browser(app, company.reviewer)

    rob.post(f"/tasks/{review}/claim")
    claimed = task(review).assignee_id
    rob.post(f"/tasks/{review}/release")
    released = task(review).assignee_id
    rob.post(f"/tasks/{review}/hand-on", person=str(company.second_reviewer.id), reason="On holiday")

    assert [claimed, released] == [company.reviewer.id, None]
    assert task(review).assignee_id == company.second_reviewer.id


def test_bulk_claims_say_what_became_of_each(app: Flask, company: Company) -> None:
    first, second = report(app, company, "One"), report(app, company, "Two")
    browser(app, company.second_reviewer).post(f"/tasks/{second}/claim")
    rob = browser(app, company.reviewer)

    rob.post("/inbox/bulk", _task=[str(first), str(second)], deed="claim")
    page = rob.get("/inbox").text

    assert task(first).assignee_id == company.reviewer.id
    assert "1 task is done with" in page
    assert "somebody else" in page


def test_unknown_answers_are_refused(app: Flask, company: Company) -> None:
    review = report(app, company)

    answer = browser(app, company.reviewer).post(
        f"/tasks/{review}/complete", verdict="fit", status="closed", _token="a", _version="1"
    )

    assert answer.status_code == 422
    assert re.search("no question", answer.text)
