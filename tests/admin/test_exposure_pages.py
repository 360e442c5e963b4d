from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import ExposureSettings
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.quality_events.settings import SHIPPED, to_values
from app.risks.models import Risk
from app.risks.service import RISK_PORTS
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.factories.statements import statements_sent
from tests.quality_events.ledgers import assess

PAGE = "/admin/exposure"
AsRole = Callable[..., Browser]


def pressed_risks(count: int) -> list[int]:
    """Risks of 2 by 3 with a major finding each, as the register knows them."""
    with unit_of_work() as uow:
        ids = [RISK_PORTS.open_record(uow, {"title": f"Seals leak {number}"}) for number in range(count)]
        for risk_id in ids:
            assess(uow, risk_id, 2, 3)
            order = EventOrder(
                kind=EventKind.MAJOR_FINDING,
                subject_kind="finding",
                subject_id=risk_id,
                severity=3,
                occurred_at=uow.now,
                risk_ids=(risk_id,),
            )
            record_event(uow, order)
        return ids


@pytest.fixture
def admin(app: Flask) -> Browser:
    """An admin who governs quality as well, and so may see risks."""
    with unit_of_work() as uow:
        person = a_person(uow, "boss", roles=[("admin", None), ("quality_manager", None)])
    return enter(app.test_client(), person)


def test_who_may_see_no_risk_is_told_so(as_role: AsRole) -> None:
    pressed_risks(1)

    page = as_role("admin").get(PAGE).text

    assert "Seals leak" not in page
    assert "none of them is for you to see" in page


def changed(**values: str) -> dict[str, str]:
    return to_values(SHIPPED) | {key.replace("__", "."): value for key, value in values.items()}


def test_without_risks_and_versions_the_page_says_so(admin: Browser) -> None:
    page = admin.get(PAGE).text

    assert "No risk is assessed yet" in page
    assert "those shipped are in force" in page


def test_a_preview_shows_what_would_become_of_the_risks_and_keeps_nothing(admin: Browser) -> None:
    pressed_risks(1)

    answer = admin.post(f"{PAGE}/preview", **changed(type__major_finding="9"), reason="")

    assert answer.status_code == 200
    assert "With the weights typed here" in answer.text
    figures = [int(figure) for figure in re.findall(r'class="t-num[^>]*>(\d+)<', answer.text)]
    assert figures == [6, 9, 15]
    assert 'value="9"' in answer.text
    assert db.session.query(ExposureSettings).count() == 0


def test_a_version_in_force_is_listed_with_what_it_changed(admin: Browser, clock: Clock) -> None:
    assert admin.post(PAGE, **changed(gap="5"), reason="Four was too nervous.").status_code == 303
    clock.advance(timedelta(minutes=1))
    assert admin.post(PAGE, **changed(gap="6"), reason="Five as well.").status_code == 303

    page = admin.get(PAGE).text

    assert "Points that ask for a reassessment 5 to 6" in page
    assert "Points that ask for a reassessment 4 to 5" in page
    assert page.index("Five as well.") < page.index("Four was too nervous.")


def test_what_is_wrong_is_shown_beside_its_field_with_what_was_typed(admin: Browser) -> None:
    answer = admin.post(PAGE, **changed(half_life_days="1e3"), reason="Faster.")

    assert answer.status_code == 422
    assert "whole number from 30 to 10000" in answer.text
    assert 'value="1e3"' in answer.text
    assert "Faster." in answer.text


def test_a_field_the_form_does_not_have_is_refused(admin: Browser) -> None:
    answer = admin.post(PAGE, **changed(gap="5"), reason="Why", type__sabotage="1")

    assert answer.status_code == 422
    assert db.session.query(ExposureSettings).count() == 0


def test_only_who_sets_up_keel_may_look_and_change(as_role: AsRole) -> None:
    browser = as_role("quality_manager")

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, **changed(gap="5"), reason="Why").status_code == 403


def test_the_page_sends_as_many_statements_for_twenty_risks_as_for_two(admin: Browser) -> None:
    sent = []
    for more in (2, 18):
        pressed_risks(more)
        admin.get(PAGE)
        with statements_sent() as seen:
            assert "Seals leak" in admin.get(PAGE).text
        sent.append(len(seen))

    assert db.session.query(Risk).count() == 20
    assert sent[0] == sent[1] <= 20
