from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.outbox import OutboxMail
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Attachment, Comment, Watcher
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.factories.records import a_record

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


@dataclass(frozen=True)
class Case:
    staff: Somebody
    stranger: Somebody
    record: int
    other: int


@pytest.fixture
def case(app: Flask) -> Case:
    with app.app_context(), unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
        staff = a_person(uow, roles=[("reporter", here)])
        stranger = a_person(uow, roles=[("reporter", there)])
        record = a_record(uow, HOSTILE, site_id=here, note=HOSTILE)
        other = a_record(uow, "Elsewhere", site_id=there)
    return Case(staff, stranger, record, other)


def upload(client: Browser, record: int, name: str, content: bytes) -> None:
    client.client.post(
        f"/records/{record}/files",
        data={"csrf_token": client.token(), "file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def test_nothing_a_person_wrote_becomes_markup(app: Flask, case: Case) -> None:
    client = enter(app.test_client(), case.staff)
    client.post(f"/records/{case.record}/comments", text=HOSTILE)

    for part in ("", "?part=tasks", "?part=files", "?part=timeline", "/print"):
        page = client.get(f"/records/{case.record}{part}")
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/print"),
        ("get", "?part=timeline"),
        ("get", "/files/1"),
        ("post", "/comments"),
        ("post", "/watch"),
        ("post", "/files"),
        ("post", "/files/1/remove"),
    ],
)
def test_a_record_of_another_site_does_not_exist(app: Flask, case: Case, method: str, path: str) -> None:
    upload(enter(app.test_client(), case.staff), case.record, "a.txt", b"plain words")
    client = enter(app.test_client(), case.stranger)

    extra = {}
    if path.endswith("remove"):
        extra = {"reason": "x"}
    elif path == "/comments":
        extra = {"text": "x"}
    answer = getattr(client, method)(f"/records/{case.record}{path}", **extra)

    assert answer.status_code == 404


def test_a_file_is_reached_through_its_own_record_only(app: Flask, case: Case) -> None:
    client = enter(app.test_client(), case.staff)
    upload(client, case.record, "a.txt", b"plain words")
    file_id = db.session.scalars(select(Attachment.file_id)).one()
    stranger = enter(app.test_client(), case.stranger)

    with client.get(f"/records/{case.record}/files/{file_id}") as sent:
        assert sent.data == b"plain words"
    assert stranger.get(f"/records/{case.other}/files/{file_id}").status_code == 404


@pytest.mark.parametrize(
    "name", ["<img src=x>.txt", "../../etc/passwd.txt", 'a"; x="b.html.txt', "\u202egnp.txt"]
)
def test_a_hostile_file_name_harms_neither_header_nor_page(app: Flask, case: Case, name: str) -> None:
    client = enter(app.test_client(), case.staff)
    upload(client, case.record, name, b"<script>alert(1)</script>")
    file_id = db.session.scalars(select(Attachment.file_id)).one()

    with client.get(f"/records/{case.record}/files/{file_id}") as sent:
        headers = sent.headers

    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in headers
    assert "<img src=x>" not in client.get(f"/records/{case.record}?part=files").text


def test_a_removed_file_leaves_the_list_and_stays_in_the_story(app: Flask, case: Case) -> None:
    client = enter(app.test_client(), case.staff)
    upload(client, case.record, "a.txt", b"plain words")
    attached = db.session.scalars(select(Attachment.id)).one()

    client.post(f"/records/{case.record}/files/{attached}/remove", reason="Wrong file")

    assert "a.txt</a>" not in client.get(f"/records/{case.record}?part=files").text
    story = client.get(f"/records/{case.record}?part=timeline").text
    assert "attached a.txt" in story
    assert "Wrong file" in story


def test_a_question_makes_the_asked_person_watch_and_is_answered_by_a_comment(app: Flask, case: Case) -> None:
    with unit_of_work() as uow:
        expert = a_person(uow, roles=[("quality_manager", None)])
    client = enter(app.test_client(), case.staff)

    client.post(f"/records/{case.record}/comments", text="Which torque?", asked=str(expert.id))
    watching = db.session.scalars(select(Watcher.person_id)).all()
    enter(app.test_client(), expert).post(f"/records/{case.record}/comments", text="54 Nm")

    db.session.rollback()
    assert watching == [expert.id]
    assert (
        db.session.scalars(select(Comment.answered_at).where(Comment.asked_id == expert.id)).one() is not None
    )


def test_nobody_is_asked_about_what_they_may_not_see(app: Flask, case: Case) -> None:
    client = enter(app.test_client(), case.staff)

    answer = client.post(
        f"/records/{case.record}/comments", text="Which torque?", asked=str(case.stranger.id)
    )

    assert answer.status_code == 422
    assert db.session.scalars(select(Comment.id)).all() == []


def test_a_question_is_announced_by_mail_without_its_words(app: Flask, case: Case) -> None:
    with unit_of_work() as uow:
        expert = a_person(uow, roles=[("quality_manager", None)], mail="expert@example.org")
    client = enter(app.test_client(), case.staff)

    client.post(f"/records/{case.record}/comments", text="Is Anna ill?", asked=str(expert.id))

    mail = db.session.scalars(select(OutboxMail)).one()
    assert mail.recipient == "expert@example.org"
    assert f"/records/{case.record}" in mail.body
    assert "Anna" not in mail.subject + mail.body


def test_print_says_that_the_copy_is_uncontrolled(app: Flask, case: Case) -> None:
    page = enter(app.test_client(), case.staff).get(f"/records/{case.record}/print").text

    assert "Uncontrolled copy" in page
    assert "Printed 17 Mar 2026" in page
    assert "TST-2026-0001" in page
