from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.terms import Piece, pieces_of, snippet_of, terms_of

TEXT = "Clean the seal. Use lot LOT\u20112024/0017 of Prüföl only, then log WP-400.2 in the book."


def marked(query: str, text: str = TEXT) -> list[str]:
    return [part.text for part in snippet_of(text, pieces_of(query)) if part.is_hit]


def test_a_text_leaves_its_words_and_its_codes_without_signs() -> None:
    assert terms_of("Prüföl LOT-2024/0017, step 3.") == "prufol lot 2024 0017 step 3 lot20240017"


@pytest.mark.parametrize(
    ("query", "pieces"),
    [
        ("LOT-2024/0017", [Piece(("lot", "2024", "0017"), "lot20240017")]),
        ("Straße prüf", [Piece(("strasse",)), Piece(("pruf",))]),
        ("well-known", [Piece(("well", "known"))]),
        ('" - *', []),
    ],
)
def test_what_was_typed_becomes_pieces(query: str, pieces: list[Piece]) -> None:
    assert pieces_of(query) == pieces


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("LOT-2024/0017", ["LOT\u20112024/0017"]),
        ("lot 2024-0017", ["lot", "LOT", "2024/0017"]),
        ("LOT20240017", ["LOT\u20112024/0017"]),
        ("lot-2024", ["LOT\u20112024"]),
        ("wp-400.2", ["WP-400.2"]),
        ("prüföl", ["Prüföl"]),
        ("PRUFOL", ["Prüföl"]),
        ("nothing", []),
    ],
)
def test_a_snippet_marks_what_was_looked_for_as_it_stands_in_the_text(query: str, hits: list[str]) -> None:
    assert marked(query) == hits


def test_a_snippet_of_a_long_text_says_that_it_goes_on() -> None:
    parts = snippet_of("before " * 100 + "seal" + " after" * 100, pieces_of("seal"))

    text = "".join(part.text for part in parts)
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert 150 < len(text) < 250


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_and_any_query_go_together(text: str, query: str) -> None:
    parts = snippet_of(text, pieces_of(query))

    line = " ".join(text.split())
    assert all(" ".join(part.text.strip(" …").split()) in line for part in parts)
    assert terms_of(text).split() == terms_of(text).split(" ") or not terms_of(text)
