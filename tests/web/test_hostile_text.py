"""Hostile words in every text somebody can type, on every page, in exports and in mails."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.mail import Mail, message_of
from app.foundation.outbox import OutboxMail
from app.records.csv_export import harmless
from tests.stand import Stand
from tests.web.addresses import pages
from tests.web.doors import Prober, prober
from tests.web.hostile import ACTING, MARK, hostile
from tests.web.house import House

ADDRESSES = frozenset({"href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "data-url"})
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def app(hostile_house: House, stand: Stand) -> Iterator[Flask]:
    with hostile_house.opened(stand) as app:
        yield app


@pytest.fixture
def inspector(app: Flask, hostile_house: House) -> Prober:
    return prober(app, hostile_house.company.people["inspector"])


def test_hostile_words_are_shown_and_do_nothing(app: Flask, hostile_house: House, inspector: Prober) -> None:
    acting: dict[str, list[str]] = {}
    shown = 0

    for route in pages(app, hostile_house):
        answer = inspector.get(route.address)
        assert answer.status_code < 500 or route.address == "/health/ready", route.address
        if "html" in answer.content_type:
            shown += MARK in answer.text
            found = list(what_acts(answer.text))
            acting |= {route.address: found} if found else {}

    assert acting == {}
    assert shown > 100  # so the words were there


def what_acts(page: str) -> Iterator[str]:
    """What on a page came from typed words and would do something: elements, handlers, addresses."""
    parser = html.HTMLParser(encoding="utf-8")
    for element in html.fromstring(page.encode(), parser=parser).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ACTING and not (element.tag == "script" and is_of_keel(element.get("src"))):
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if str(name).startswith("on") or str(name) in {"srcdoc", "style"}:
                yield f"{element.tag}[{name}]"
            if name in ADDRESSES and not str(value).startswith(("/", "#", "?", "blob:", "data:image/")):
                yield f"{element.tag}[{name}={value}]"
    if "49" in page and "{{7*7}}" not in page and MARK in page:
        yield "a template ran"


def is_of_keel(source: str | None) -> bool:
    return source is not None and source.startswith("/assets/")


def test_no_cell_of_an_export_is_a_formula(app: Flask, hostile_house: House, inspector: Prober) -> None:
    cells = [
        cell
        for route in pages(app, hostile_house)
        if ".csv" in route.address
        for row in csv.reader(io.StringIO(inspector.get(route.address).text.removeprefix("\ufeff")))
        for cell in row
    ]

    assert [cell for cell in cells if cell.lstrip().startswith(FORMULA)] == []
    assert any(cell.startswith("'=") for cell in cells)


@pytest.mark.parametrize(
    "begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\uff1d1"]
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(begin: str) -> None:
    assert harmless(f"{begin}|cmd").startswith("'")


NAMES = (
    "../../etc/passwd",
    "..\\..\\boot.ini",
    'a"b.txt',
    "a\r\nSet-Cookie: x=1.txt",
    "a\0b.txt",
    "n" * 300 + ".txt",
    "\u202etxt.exe",
    "CON",
    "<img src=x onerror=alert(1)>.txt",
    "naïve Ŵörd.txt",
)


def test_the_name_of_a_file_is_harmless_wherever_it_goes(
    app: Flask, hostile_house: House, inspector: Prober
) -> None:
    record = f"/records/{hostile_house.ids['planned']}"
    before = {path for path in Path(app.config["KEEL"].home).rglob("*") if path.is_file()}
    wrong = []

    for name in NAMES:
        upload = {"file": (io.BytesIO(name.encode(errors="replace")), name), "csrf_token": inspector.token}
        inspector.send("POST", f"{record}/files", data=upload, content_type="multipart/form-data")
    page = inspector.get(f"/capas/{hostile_house.ids['planned']}?part=files").text
    links = [link for link in html.fromstring(page).iterlinks() if "/files/" in link[2]]
    for _element, _attribute, path, _place in links:
        if "/remove" in path:
            continue
        given = inspector.get(path).headers["Content-Disposition"]
        is_of_ours = MARK not in given  # the other one was put past the check of names
        if is_of_ours and any(sign in given for sign in ("\r", "\n", "\0", "/", "\\..", "\u202e", "<img")):
            wrong.append(given)

    assert wrong == []
    assert list(what_acts(page)) == []
    written = {path for path in Path(app.config["KEEL"].home).rglob("*") if path.is_file()} - before
    assert all(path.name.isalnum() and len(path.name) >= 60 for path in written if "files" in path.parts)
    assert len(links) > len(NAMES)


def test_typed_words_add_no_header_to_a_mail(app: Flask) -> None:
    assert app.testing
    subject = "Overdue\r\nBcc: evil@evil.example\r\n\r\n<script>alert(1)</script>"
    rows = db.session.scalars(select(OutboxMail)).all()

    sent = [
        message_of(Mail(row.id, row.key, row.recipient, text, row.body), "keel@keel.example")
        for row in rows
        for text in (row.subject, subject)
    ]

    assert len(sent) == 2 * len(rows) > 2
    for message in sent:
        assert "Bcc" not in message
        assert MARK in message.get_content()
        assert message.get_content_type() == "text/plain"
        assert "\n" not in str(message["Subject"])


def test_what_acts_is_found() -> None:
    page = f"<p>{hostile('x')}</p><a href='javascript:alert(1)'>x</a>"

    assert {"<script>", "<img>", "img[onerror]", "a[href=javascript:alert(1)]"} <= set(what_acts(page))
