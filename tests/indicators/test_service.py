from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.sessions import actor_of
from app.foundation import clock
from app.foundation.db import db
from app.indicators.definitions import BY_KEY, INDICATORS
from app.indicators.rules import Reckoning
from app.indicators.service import UnknownIndicator, behind, groups, indicator_of, reading, reading_by_site
from app.workflow.figures import FigureScope
from app.workflow.lifecycle import registry

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

HALF_YEAR = FigureScope(since=datetime(2025, 10, 1, tzinfo=UTC), until=datetime(2026, 3, 18, tzinfo=UTC))


def scalar(statement: str) -> Decimal:
    values = {"since": "2025-10-01", "until": "2026-03-18"}
    return Decimal(str(db.session.execute(text(statement), values).scalar()))


def test_every_indicator_with_a_source_counts_what_a_domain_declares(demo: Flask) -> None:
    assert demo
    assert {one.measure for one in INDICATORS if one.measure} == set(registry.measures())
    assert all(one.absent for one in INDICATORS if not one.measure)


def test_keys_are_unique_and_company_names_exist() -> None:
    assert len(BY_KEY) == len(INDICATORS)
    assert all(key in BY_KEY for one in INDICATORS for key in one.beside)


def test_every_figure_counts_exactly_the_rows_behind_it(demo: Flask) -> None:
    actor = actor_of(db.session(), 1, clock.now())
    assert demo
    assert actor is not None

    for key, indicator in BY_KEY.items():
        tally = reading(db.session(), indicator, HALF_YEAR).tally
        found = behind(db.session(), actor, indicator, HALF_YEAR, most=10_000)
        counted = tally.hits if indicator.reckoning is Reckoning.HITS else tally.rows
        assert len(found.records) + found.unseen == counted, key


def test_the_sites_together_are_the_whole_but_for_what_belongs_to_none(demo: Flask) -> None:
    assert demo
    for key, indicator in BY_KEY.items():
        everywhere = reading(db.session(), indicator, HALF_YEAR).tally
        by_site = [one.tally for one in reading_by_site(db.session(), indicator, HALF_YEAR).values()]
        placeless = [one for one in groups(db.session(), indicator, HALF_YEAR) if one.site_id is None]

        assert sum(one.rows for one in (*by_site, *placeless)) == everywhere.rows, key
        total = sum(one.total for one in (*by_site, *placeless))
        assert abs(total - everywhere.total) < Decimal("0.001"), key


def test_overdue_capas_agree_with_plain_sql(demo: Flask) -> None:
    assert demo
    found = reading(db.session(), BY_KEY["capa_overdue"], HALF_YEAR)

    assert found.tally.hits == scalar(
        "SELECT count(*) FROM capa JOIN record USING (id) WHERE opened_at < :until AND is_imported = 0"
        " AND (closed_at IS NULL OR closed_at >= :until) AND due_at < :until AND status <> 'cancelled'"
    )
    assert found.tally.rows > 0


def test_nonconformities_of_a_period_agree_with_plain_sql(demo: Flask) -> None:
    assert demo
    found = reading(db.session(), BY_KEY["nonconformities"], HALF_YEAR)

    assert found.figure == scalar(
        "SELECT count(*) FROM nonconformity JOIN record USING (id) WHERE opened_at >= :since"
        " AND opened_at < :until AND is_imported = 0 AND status <> 'cancelled'"
    )
    assert found.figure


def test_what_has_no_source_has_no_figure(demo: Flask) -> None:
    assert demo
    assert reading(db.session(), BY_KEY["supplier_delivery"], HALF_YEAR).figure is None


def test_an_unknown_indicator_is_no_page() -> None:
    with pytest.raises(UnknownIndicator):
        indicator_of("nonsense")
