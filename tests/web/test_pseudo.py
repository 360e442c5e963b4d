"""Every word of every page comes through gettext: a made-up language shows those that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from lxml import html

from app.evidence.clauses import Edition, editions
from tests.stand import Stand
from tests.web.addresses import pages
from tests.web.doors import prober
from tests.web.house import House
from tests.web.pseudo import Pseudo, unmarked

SPOKEN = ("title", "aria-label", "placeholder", "alt")
SILENT = frozenset({"script", "style", "code", "kbd", "textarea", "template"})
MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|March|January|February|April|June|July"
# What is the same in every language, or is not ours to translate.
UNTRANSLATED = re.compile(
    rf"\b(Keel|UTC|CET|CEST|English|Monday|Tuesday|Wednesday|Thursday|Friday|{MONTH})\b"
    r"|\b[A-Z]{2,4}-2026-\d{4}\b"  # numbers of records
    r"|\b\S+@\S+\b|https?://\S+|\b\S+\.txt\b"
    r"|\b[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_ -]+)+"  # zones
    r"|\b[A-Z0-9]{2,8}\b"  # codes of master data and currencies
    r"|\b(?=\w*\d)[0-9a-f]{12}(?:[0-9a-f]{4})?(?:[0-9a-f]{48,52})?\b"  # hashes
    r"|[0-9a-f]{4}…[0-9a-f]{4}"  # shortened hashes
)


def words_of(edition: Edition) -> Iterator[str]:
    """The words an edition comes with: its name, its source, its clauses."""
    yield from (edition.title, edition.source)
    for clause in edition.clauses:
        yield from (clause.title, clause.paraphrase)


# Words that are right on some pages only: where, which, and why.
RIGHT_THERE: tuple[tuple[str, str, str], ...] = (
    (
        r"/documents/\d+/compare",
        r"\d*\s*parts of each lot\b",
        "typed by an author, in two pieces where the revisions part",
    ),
    (
        r"/(reviews|records)/\d+(/pack|/print)?|/tasks/\d+(/brief)?",
        r"\b(c\d )?(Audits|Exposure|Nonconformities|Objectives|Resources)\b",
        "titles of inputs, frozen in the pack of a review as they read that day",
    ),
    (r"/tasks/\d+(/brief)?", r"\bCorrection only\.", "reckoned by a form, in words its author typed"),
)


EDITIONS_OWN = re.compile(  # an edition of the standard comes with its own words
    "|".join(
        re.escape(title)
        for title in sorted(
            {text for edition in editions().values() for text in words_of(edition) if text},
            key=len,
            reverse=True,
        )
    )
)
PUBLIC_HOLIDAYS = "/calendar"  # their names come from a library


@pytest.fixture
def app(marked_house: House, stand: Stand) -> Iterator[Flask]:
    with marked_house.opened(stand) as app:
        app.extensions["keel_web"] = replace(app.extensions["keel_web"], translations={"en": Pseudo()})
        yield app


def test_every_word_of_every_page_is_translated(app: Flask, marked_house: House) -> None:
    inspector = prober(app, marked_house.company.people["inspector"])
    nobody = prober(app, None)
    found: dict[str, str] = {}

    for route in pages(app, marked_house):
        who = nobody if route.endpoint.startswith("session.") else inspector
        answer = who.get(route.address)
        is_page = answer.status_code == 200 and "html" in answer.content_type
        if is_page and not route.address.endswith(PUBLIC_HOLIDAYS):
            found |= dict.fromkeys(words_without_translation(answer.text, route.address), route.address)

    assert found == {}, "\n".join(f"{text!r} at {where}" for text, where in sorted(found.items()))


def right_at(address: str) -> re.Pattern[str]:
    """The words that are right as they are at an address."""
    path = address.partition("?")[0]
    words = [word for where, word, _why in RIGHT_THERE if re.fullmatch(where, path)]
    return re.compile("|".join(words) or "(?!)")


def words_without_translation(page: str, address: str = "/") -> Iterator[str]:
    """The texts of a page, seen or read out, that are neither translated nor typed by somebody."""
    right = right_at(address)
    for text in texts_of(page):
        left = right.sub("", UNTRANSLATED.sub("", EDITIONS_OWN.sub("", unmarked(text))))
        if re.search(r"[^\W\d_]{2}", left):
            yield left.strip()


def texts_of(page: str) -> Iterator[str]:
    parser = html.HTMLParser(encoding="utf-8")
    for element in html.fromstring(page.encode(), parser=parser).iter():
        if not isinstance(element.tag, str) or element.tag in SILENT:
            continue
        if element.tag == "text":  # in a picture, wrapped into lines
            yield " ".join(element.itertext())
        elif element.tag != "tspan":
            yield element.text or ""
        yield from (child.tail or "" for child in element if element.tag != "text")
        yield from (element.get(name, "") for name in SPOKEN)


def test_a_text_past_gettext_would_be_found() -> None:
    page = '<p title="Due">[!Ñéxť!] by ⟪Ingrid⟫ on 3 Mar, see NC-2026-0001</p><p>Overdue</p>'

    assert list(words_without_translation(page)) == ["by  on 3 , see", "Due", "Overdue"]


def test_a_word_that_is_right_on_one_page_is_found_on_another() -> None:
    page = "<p>Objectives</p>"

    assert list(words_without_translation(page, "/reviews/3/pack")) == []
    assert list(words_without_translation(page, "/indicators")) == ["Objectives"]
