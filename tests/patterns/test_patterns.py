from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.foundation import portions
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.quality_events.rules.kinds import EventKind
from app.quality_events.service import EventOrder, record_event
from tests.factories.browser import Browser
from tests.factories.organisation import a_cause_category, a_failure_mode, a_process, a_site
from tests.factories.records import a_record

AsRole = Callable[..., Browser]


@pytest.fixture
def history(app: Flask) -> dict[str, int]:
    """The same failure twice at each of two sites, by one cause."""
    assert app.testing
    with unit_of_work() as uow:
        ids = {"GDA": a_site(uow, "GDA"), "LEE": a_site(uow, "LEE"), "LAP": a_process(uow, "LAP")}
        ids |= {"FLAT": a_failure_mode(uow, "FLAT"), "WEAR": a_cause_category(uow, "WEAR")}
        for days, site in enumerate(("GDA", "GDA", "LEE", "LEE"), start=1):
            ids[f"nc{days}"] = _happened(uow, ids, site, days * 20)
        return ids


def _happened(uow: UnitOfWork, ids: dict[str, int], site: str, days_ago: int) -> int:
    record_id = a_record(uow, title=f"Face out of flatness {days_ago}", site_id=ids[site])
    record_event(
        uow,
        EventOrder(
            kind=EventKind.NONCONFORMITY,
            subject_kind="nonconformity",
            subject_id=record_id,
            severity=3,
            occurred_at=uow.now - timedelta(days=days_ago),
            site_id=ids[site],
            process_id=ids["LAP"],
            failure_mode_id=ids["FLAT"],
            cause_category_id=ids["WEAR"],
        ),
    )
    return record_id


def test_the_same_failure_at_two_sites_is_one_sentence_with_its_rows(
    as_role: AsRole, history: dict[str, int]
) -> None:
    page = as_role("quality_manager").get("/patterns").text

    assert history
    assert "came up 4 times at 2 sites within 12 months" in page
    assert "showed at 2 sites" in page
    assert page.count("Face out of flatness 20") == 3


def test_a_period_and_a_site_narrow_the_page(as_role: AsRole, history: dict[str, int]) -> None:
    browser = as_role("quality_manager")

    assert "came up 2 times" in browser.get(f"/patterns?site={history['GDA']}").text
    assert "came up 2 times" in browser.get("/patterns?days=90&site=" + str(history["LEE"])).text
    assert "No cause showed at more than one site" in browser.get(f"/patterns?site={history['GDA']}").text


def test_what_somebody_may_not_see_is_not_counted(as_role: AsRole, history: dict[str, int]) -> None:
    page = as_role("quality_manager", history["GDA"]).get("/patterns").text

    assert "came up 2 times" in page
    assert "4 times" not in page


def test_long_lists_are_asked_about_in_portions_and_nothing_is_lost(
    as_role: AsRole, history: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_role("quality_manager")
    pages = ("/patterns", "/risks/map", "/trends/counted?month=2026-02")
    whole = [browser.get(path).text for path in pages]

    monkeypatch.setattr(portions, "AT_ONCE", 1)

    assert history
    assert [browser.get(path).text for path in pages] == whole
    assert ("flatness" in whole[0], "Cause WEAR" in whole[1]) == (True, True)
