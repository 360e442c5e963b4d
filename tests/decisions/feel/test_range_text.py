from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("[18..21)", "20", True),
        ("[18..21)", "21", False),
        ("(..2]", "-100", True),
        ("[2..)", "100", True),
        ("]1..3[", "3", False),
        ('["a".."c"]', '"b"', True),
        ('[@"2026-01-01"..@"2026-12-31"]', '@"2026-06-01"', True),
        ('[date("2026-01-01")..date("2026-12-31")]', '@"2027-06-01"', False),
        ('[duration("P1D")..@"P3D"]', '@"P2D"', True),
        ('[time("10:00:00")..time("11:00:00")]', '@"10:30:00"', True),
    ],
)
def test_a_text_of_constants_becomes_a_range(feel: Any, text: str, value: str, expected: object) -> None:
    assert feel(f"{value} in range(text)", {"text": text}) is expected


@pytest.mark.parametrize(
    "text",
    ["", "1..2", "[1+1..2]", '[1.."a"]', "[..2]", "[2..]", "(..)", '[@"x".."y"]', "[a..b]", "(" + ".." * 999],
)
def test_other_texts_are_no_range(feel: Any, text: str) -> None:
    assert feel("range(text)", {"text": text}) is None
