from __future__ import annotations

from app.evidence.packs.answers import widths_of


def test_a_column_with_much_to_say_is_wider() -> None:
    thin, middle, wide = widths_of(["a", "Input", "Figures"], [["c4", "Corrective actions", "word " * 60]])

    assert thin < middle < wide


def test_no_word_of_a_head_is_cut() -> None:
    assert widths_of(["Reference", "In"], [["a", "b"]])[0] >= len("Reference")


def test_columns_without_anything_are_as_wide_as_each_other() -> None:
    assert len(set(widths_of(["", ""], [["", ""]]))) == 1
