from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from app.foundation.dates import written_day, written_moment, written_month
from app.foundation.i18n import use_translations

DAY = date(2026, 12, 2)


@pytest.fixture(autouse=True)
def source() -> Iterator[None]:
    yield
    use_translations(None)


def test_a_day_has_its_month_in_letters_and_no_leading_zero() -> None:
    assert written_day(DAY) == "2 Dec 2026"
    assert written_month(DAY) == "Dec 2026"
    assert written_moment(datetime(2026, 12, 2, 8, 5, tzinfo=UTC)) == "2 Dec 2026 08:05"


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "2 gru 2026"), ("sv-SE", "2 dec. 2026"), ("xx", "2 Dec 2026")]
)
def test_a_day_is_said_in_the_language_of_the_reader(language: str, said: str) -> None:
    use_translations(None, language)

    assert written_day(DAY) == said
