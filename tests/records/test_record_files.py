from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.foundation.db import db
from app.foundation.file_limits import LARGEST, QUOTA_COUNT
from app.foundation.files import StoredFile
from app.foundation.settings import set_value
from app.foundation.unit_of_work import unit_of_work
from tests.factories import hostile_files as made
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.factories.records import a_record

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Case:
    browser: Browser
    record: int

    def upload(self, name: str, content: bytes) -> TestResponse:
        # Encoded here: the client itself would leave a temporary file open.
        fields = {"csrf_token": self.browser.token(), "file": FileStorage(io.BytesIO(content), name)}
        boundary, body = encode_multipart(fields)
        return self.browser.client.post(
            f"/records/{self.record}/files",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            follow_redirects=True,
        )

    def download(self) -> TestResponse:
        file_id = db.session.scalars(select(StoredFile.id).order_by(StoredFile.id.desc())).first()
        return self.browser.get(f"/records/{self.record}/files/{file_id}")


@pytest.fixture
def case(app: Flask) -> Case:
    with unit_of_work() as uow:
        site = a_site(uow)
        staff = a_person(uow, roles=[("reporter", site)])
        record = a_record(uow, "Seal leaks", site_id=site)
    return Case(enter(app.test_client(), staff), record)


@pytest.mark.parametrize("kind", sorted(set(made.HOSTILE) - {"million"}))
def test_a_hostile_upload_is_refused_on_the_page_and_never_stored(app: Flask, case: Case, kind: str) -> None:
    make, name, _rule = made.HOSTILE[kind]

    answer = case.upload(name, make())

    assert answer.status_code == 200
    assert "The file was not attached." in answer.text
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    home: Path = app.config["KEEL"].home
    assert [path for path in (home / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        (
            "logo.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "text/plain; charset=utf-8",
        ),
        ("page.html", b"<script>alert(1)</script>", "text/plain; charset=utf-8"),
        ("photo.png", made.png(), "image/png"),
        ("script.pdf", b"%PDF-1.7 /JavaScript", "application/pdf"),
        ("odd.bin", b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_whatever_is_sent_is_saved_and_never_shown_or_run(
    case: Case, name: str, content: bytes, media_type: str
) -> None:
    case.upload(name, content)

    with case.download() as sent:
        assert sent.data == content
        headers = sent.headers

    assert headers["Content-Type"] == media_type
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../x.txt", "x.txt"),
        ("a\0b.txt", "ab.txt"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ("CON.txt", "_CON.txt"),
        ("<img src=x onerror=alert(1)>.txt", "_img src=x onerror=alert(1)_.txt"),
        ("pаypal.txt", "pаypal.txt"),  # noqa: RUF001 - the second letter is Cyrillic: a twin
        ("semi; filename=b.html", "semi; filename=b.html"),
        ("Prüfplan Ängström 第1版.txt", "Prüfplan Ängström 第1版.txt"),
    ],
)
def test_a_hostile_name_is_clean_in_the_header_and_on_the_page(case: Case, name: str, told: str) -> None:
    case.upload(name, b"plain words")

    with case.download() as sent:
        disposition = sent.headers["Content-Disposition"]
        assert "X-Evil" not in sent.headers

    assert disposition.isascii()
    assert f"filename*=UTF-8''{quote(told, safe='!#$&+^`|~-._')}" in disposition or f"filename={told}" in (
        disposition.replace('"', "")
    )
    assert "<img src=x" not in case.browser.get(f"/records/{case.record}?part=files").text


def test_the_largest_upload_is_a_setting_also_beyond_the_usual_request(case: Case) -> None:
    large = made.png() + b"\x00" * (33 * MEGABYTE)
    before = case.upload("large.png", large)
    with unit_of_work() as uow:
        set_value(uow, LARGEST, 40)

    after = case.upload("large.png", large)

    assert before.status_code == 413
    assert "The file is attached." in after.text


def test_a_person_beyond_the_quota_is_told_so(case: Case) -> None:
    with unit_of_work() as uow:
        set_value(uow, QUOTA_COUNT, 1)
    case.upload("one.txt", b"one")

    answer = case.upload("two.txt", b"two")

    assert "You have uploaded one file" in answer.text
