from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.web.dates import answer_in_words, due_in_words, exact_in_words, past_in_words
from app.web.reader import Reader

NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)  # a Tuesday; 10:00 in Warsaw
WARSAW = Reader("en", "Europe/Warsaw")


@pytest.mark.parametrize(
    ("due", "urgency", "short"),
    [
        (NOW - timedelta(days=9), "over", "9 days over"),
        (NOW - timedelta(days=1), "over", "1 day over"),
        (NOW - timedelta(minutes=30), "over", "Overdue since 09:30"),
        (date(2026, 3, 16), "over", "1 day over"),
        (date(2026, 3, 17), "soon", "Today"),
        (NOW + timedelta(hours=6), "soon", "Today 16:00"),
        (NOW + timedelta(hours=30), "soon", "Tomorrow 16:00"),
        (date(2026, 3, 19), "later", "Thursday"),
        (date(2026, 3, 23), "later", "Monday"),
        (date(2026, 3, 24), "later", "24 Mar"),
        (date(2027, 1, 5), "later", "5 Jan 2027"),
    ],
)
def test_a_due_date_is_said_as_people_say_it(due: date, urgency: str, short: str) -> None:
    words = due_in_words(due, now=NOW, reader=WARSAW)

    assert (words.urgency, words.short) == (urgency, short)


def test_a_due_date_is_exact_on_hover_and_longer_on_a_page() -> None:
    words = due_in_words(NOW - timedelta(days=1), now=NOW, reader=WARSAW)

    assert words.long == "Overdue by 1 day"
    assert words.exact == "16 Mar 2026, 10:00 CET"


def test_the_day_is_that_of_the_reader_and_not_of_the_server() -> None:
    late_evening = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)

    in_warsaw = due_in_words(late_evening, now=NOW, reader=WARSAW)
    in_london = due_in_words(late_evening, now=NOW, reader=Reader("en", "Europe/London"))

    assert (in_warsaw.short, in_london.short) == ("Tomorrow 00:30", "Today 23:30")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(hours=3), "today 07:00"),
        (NOW - timedelta(days=1), "yesterday"),
        (NOW - timedelta(days=4), "Friday"),
        (NOW - timedelta(days=7), "10 Mar"),
        (date(2025, 12, 31), "31 Dec 2025"),
        (date(2026, 3, 20), "20 Mar"),
    ],
)
def test_the_past_is_relative_within_a_week(moment: date, words: str) -> None:
    assert past_in_words(moment, now=NOW, reader=WARSAW) == words


def test_months_and_weekdays_are_in_the_language_of_the_reader() -> None:
    polish = Reader("pl", "Europe/Warsaw")

    assert due_in_words(date(2026, 3, 19), now=NOW, reader=polish).short == "czwartek"
    assert exact_in_words(date(2026, 3, 19), reader=polish) == "19 mar 2026"


def test_an_unknown_language_falls_back_to_english() -> None:
    assert exact_in_words(date(2026, 3, 19), reader=Reader("en-XA", "UTC")) == "19 Mar 2026"


def test_an_answer_without_a_zone_keeps_its_wall_clock() -> None:
    answer = datetime(2026, 3, 16, 14, 5)  # noqa: DTZ001  # as the input sends it

    assert answer_in_words(answer, is_bare_date=False, reader=WARSAW) == "16 Mar 2026, 14:05"
