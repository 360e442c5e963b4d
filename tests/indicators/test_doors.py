"""Every figure opens exactly the rows it counts: every indicator, at several times and places."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.accounts.models import Person
from app.accounts.sessions import actor_of
from app.foundation import clock
from app.foundation.db import db
from app.indicators.definitions import INDICATORS, Indicator
from app.indicators.periods import asked_for, scope_for
from app.indicators.rules import Reckoning
from app.indicators.service import reading
from tests.factories.browser import Browser, enter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
TIMES = [
    {},
    {"first": ["2025-12-01"], "last": ["2026-02-28"], "site": ["1"]},
    {"first": ["2025-09-01"], "last": ["2026-03-17"], "process": ["1"]},
]
LISTED = re.compile(r'class="push xsmall muted">(\d+) record')
UNSEEN = re.compile(r"(\d+) more records? (?:is|are) counted")
MEASURED = [one for one in INDICATORS if one.measure]


def leader() -> int:
    return int(db.session.query(Person.id).filter_by(user_name="oskar.nyberg").scalar() or 0)


@pytest.fixture
def browser(demo: Flask) -> Browser:
    return enter(demo.test_client(), leader())


def counted(one: Indicator, asked: dict[str, list[str]]) -> int:
    actor = actor_of(db.session(), leader(), clock.now())
    assert actor is not None
    tally = reading(db.session(), one, scope_for(actor, asked_for(asked, clock.now().date()))).tally
    return tally.hits if one.reckoning is Reckoning.HITS else tally.rows


@pytest.mark.parametrize("asked", TIMES)
def test_the_page_of_every_indicator_lists_what_it_counts(
    browser: Browser, asked: dict[str, list[str]]
) -> None:
    query = "&".join(f"{name}={values[0]}" for name, values in asked.items())
    seen_any = 0

    for one in MEASURED:
        page = browser.get(f"/indicators/{one.key}?{query}").text
        listed, unseen = LISTED.search(page), UNSEEN.search(page)
        assert listed is not None, one.key
        shown = int(listed[1]) + (int(unseen[1]) if unseen else 0)
        assert shown == counted(one, asked), one.key
        seen_any += shown > 0

    assert seen_any >= 10
