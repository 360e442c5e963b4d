"""A library from the browser: unpacked with care, checked by a job, landed or refused with every problem."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from app.documents.models import Document
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile
from app.foundation.unit_of_work import unit_of_work
from app.imports import landing
from app.imports.mapping_reader import DOCUMENT, load_mapping
from app.imports.refusals import FileRefused
from app.imports.uploads import LibraryUpload, job, unpack
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.imports.test_documents import row

KEYS = tuple(load_mapping("documents", DOCUMENT).columns)


@pytest.fixture
def admin(app: Flask) -> Browser:
    with unit_of_work() as uow:
        somebody: Somebody = a_person(uow, "ada", roles=[("admin", None)])
    return enter(app.test_client(), somebody)


def table(rows: Iterable[Mapping[str, Any]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, KEYS)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def send(admin: Browser, rows: list[dict[str, Any]], files: Mapping[str, bytes], **more: str) -> None:
    """Upload a library and let the job look at it."""
    data = {
        "csrf_token": admin.token(),
        "table": (io.BytesIO(table(rows)), "documents.csv"),
        "archive": (io.BytesIO(packed(files)), "files.zip"),
        **more,
    }
    answer = admin.client.post("/admin/libraries", data=data, base_url="http://localhost")
    assert answer.status_code == 303, answer.text
    home = Path(current_app.config["KEEL"].home)
    assert job(home, FileStore(home / FILES))() == 1
    db.session.rollback()


def files_of(rows: list[dict[str, Any]]) -> dict[str, bytes]:
    return {one["file"]: f"content of {one['number']}".encode() for one in rows}


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_uploaded_library_is_checked_and_lands(admin: Browser) -> None:
    rows = [row(1), row(2)]

    send(admin, rows, files_of(rows))
    waiting = admin.get("/admin/libraries").text
    landing.land_due()

    assert "0 of 2 documents have landed." in waiting
    assert "every 3s" in waiting
    assert "every 3s" not in admin.get("/admin/libraries").text
    assert "2 of 2 documents have landed." in admin.get("/admin/libraries").text
    assert (count(Document), count(StoredFile)) == (2, 2)


def test_a_dry_run_says_what_would_land_and_writes_nothing(admin: Browser) -> None:
    rows = [row(1), row(2)]

    send(admin, rows, files_of(rows), is_dry_run="true")

    assert "2 documents would land. Nothing was written." in admin.get("/admin/libraries").text
    assert (count(Document), count(StoredFile)) == (0, 0)


def test_every_problem_is_shown_with_its_row_and_column(admin: Browser) -> None:
    rows = [row(1, type="novel"), row(2), row(3, title="")]

    send(admin, rows, {rows[0]["file"]: b"one"})

    page = admin.get("/admin/libraries").text
    assert "3 problems. Nothing has landed." in page
    for words in ("novel", "There is no such file in the folder.", "This must be filled in."):
        assert words in page
    assert (count(Document), count(StoredFile)) == (0, 0)


def test_without_both_files_nothing_is_kept(admin: Browser) -> None:
    admin.post("/admin/libraries", is_dry_run="true")

    assert "Choose a table and an archive." in admin.get("/admin/libraries").text
    assert count(LibraryUpload) == 0


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "C:/out.txt", "..\\out.txt"]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefused):
        unpack(io.BytesIO(packed({name: b"out"})), tmp_path / "files")

    assert [one.name for one in tmp_path.rglob("out.txt")] == []


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(FileRefused):
        unpack(io.BytesIO(stream.getvalue()), tmp_path / "files")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        unpack(io.BytesIO(b"no archive"), tmp_path / "files")
