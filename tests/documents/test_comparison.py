from __future__ import annotations

from app.documents.comparison import Piece, Sign, compare, compare_words


def words(pieces: tuple[Piece, ...] | None, *, marked: bool = True) -> list[str]:
    return [piece.text for piece in pieces or () if piece.is_marked is marked]


def test_a_changed_line_shows_which_words_changed() -> None:
    (line,) = compare("Take 5 parts of each lot.", "Take 8 parts of every lot.").lines

    assert line.sign is Sign.CHANGED
    assert words(line.left) == ["5", "each"]
    assert words(line.right) == ["8", "every"]
    assert (line.left_number, line.right_number) == (1, 1)


def test_lines_that_came_and_went_stand_alone() -> None:
    found = compare("Purpose\nScope\nOld form F-12", "Purpose\nScope\n\nRetain for ten years.")

    assert [line.sign for line in found.lines] == [Sign.SAME, Sign.SAME, Sign.GONE, Sign.ADDED, Sign.ADDED]
    assert found.lines[2].right is None
    assert found.lines[3].left is None
    assert (found.added, found.gone, found.changed) == (2, 1, 0)


def test_a_line_is_paired_with_the_one_that_resembles_it() -> None:
    found = compare("Measure the flatness.", "Clean the plate first.\nMeasure the flatness twice.")

    assert [line.sign for line in found.lines] == [Sign.ADDED, Sign.CHANGED]
    assert words(found.lines[1].right) == [" twice"]


def test_the_same_text_differs_in_nothing() -> None:
    found = compare("Purpose  \nScope", "Purpose\nScope")

    assert found.is_same
    assert [line.sign for line in found.lines] == [Sign.SAME, Sign.SAME]


def test_both_sides_together_are_the_texts_again() -> None:
    old, new = "Lot 2602/A is blocked", "Lot 2602/B was blocked twice"

    left, right = compare_words(old, new)

    assert "".join(piece.text for piece in left) == old
    assert "".join(piece.text for piece in right) == new
