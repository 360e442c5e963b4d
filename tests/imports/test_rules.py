from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.imports.rules import (
    code_of,
    first_of,
    is_absent,
    is_date_pattern,
    is_formula,
    midday,
    read_date,
    repeated,
)


@pytest.mark.parametrize(
    ("text", "absent", "expected"),
    [
        ("", (), True),
        ("19010101", ("1901*",), True),
        ("19910101", ("1901*",), False),
        ("n/a", ("n/a",), True),
    ],
)
def test_a_cell_is_absent_when_blank_or_named_by_the_mapping(
    text: str, absent: tuple[str, ...], *, expected: bool
) -> None:
    assert is_absent(text, absent) is expected


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("20050801", "YYYYMMDD", date(2005, 8, 1)),
        ("06/13/2012", "MM/DD/YYYY", date(2012, 6, 13)),
        ("1.2.2012", "DD.MM.YYYY", date(2012, 2, 1)),
        ("20050231", "YYYYMMDD", None),
        ("2005-08-01", "YYYYMMDD", None),
        ("\u0662\u0660\u0660\u06650801", "YYYYMMDD", None),
    ],
)
def test_dates_are_read_only_as_the_pattern_says(text: str, pattern: str, expected: date | None) -> None:
    assert read_date(text, pattern) == expected


def test_a_date_pattern_has_year_month_and_day_once() -> None:
    assert is_date_pattern("DD.MM.YYYY")
    assert not is_date_pattern("MM/YYYY")
    assert not is_date_pattern("YYYY-MM-DD hh")
    assert not is_date_pattern("YYYYMMDDDD")


def test_a_day_is_kept_as_noon_so_it_stays_that_day_in_other_zones() -> None:
    assert midday(date(2005, 8, 1)) == datetime(2005, 8, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", '-HYPERLINK("x")', "= 2"])
def test_what_a_spreadsheet_would_run_is_a_formula(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", ["-12.5", "+ 3 mm", "- see above", "a = b", "", "==", "-- (twice)"])
def test_plain_text_and_signed_numbers_are_no_formula(text: str) -> None:
    assert not is_formula(text)


def test_the_first_filled_column_wins() -> None:
    assert first_of([None, 0, 1]) == 0
    assert first_of([None]) is None


def test_headings_repeat_without_regard_to_case() -> None:
    assert repeated(["Day", "", "what", "", "DAY"]) == ["DAY"]


def test_a_code_is_made_of_a_name_and_stays_unique() -> None:
    taken = {"BRAKES- DISC-ROTOR"}

    code = code_of("BRAKES, DISC:ROTOR", lambda one: one in taken, 20)

    assert code == "BRAKES- DISC-ROTOR-2"
    assert len(code_of("x" * 99, lambda _one: False, 40)) == 40
    assert code_of("***", lambda _one: False, 40) == "X"
