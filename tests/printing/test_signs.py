from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.printing.signs import MISSING, Cleaner, covered


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Ängström Жук Ω ≤ 5 µm", "Ängström Жук Ω ≤ 5 µm"),
        ("in\u202evoice", "invoice"),
        ("a\0b\x07c", "abc"),
        ("half \ud800 sign", "half  sign"),
        ("two\r\nlines", "two\nlines"),
        ("漢字 and 😀", f"{MISSING}{MISSING} and {MISSING}"),
        ("A\u030a", "Å"),
        ("x" * 40, "x" * 15 + "\u200b" + "x" * 15 + "\u200b" + "x" * 10),
    ],
)
def test_a_text_is_made_printable(raw: str, clean: str) -> None:
    assert Cleaner(only=covered()).text(raw) == clean


def test_texts_are_cleaned_wherever_they_stand_and_names_are_left_alone() -> None:
    cleaner = Cleaner(only=covered())

    found = cleaner.clean({"kind": "漢", "runs": [{"text": "漢"}, 7, None], "pair": ("漢", True)})

    assert found == {"kind": "漢", "runs": [{"text": MISSING}, 7, None], "pair": [MISSING, True]}
    assert cleaner.replaced == 2


def test_fonts_of_the_house_may_have_any_sign_but_those_found_missing() -> None:
    assert Cleaner(without={"字"}).text("漢字") == f"漢{MISSING}"


@given(st.text())
def test_nothing_is_left_that_the_fonts_lack(raw: str) -> None:
    clean = Cleaner(only=covered()).text(raw)

    assert {ord(sign) for sign in clean} <= covered() | {ord("\n")}
