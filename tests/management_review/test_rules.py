from __future__ import annotations

from app.management_review.rules import INPUTS, Category, uncovered, undecided


def row(reference: str, **values: object) -> dict[str, object]:
    return {"reference": reference, "conclusion": "adequate", **values}


def test_all_inputs_with_a_conclusion_are_covered() -> None:
    assert uncovered([row(one) for one in INPUTS]) == []


def test_an_input_without_conclusion_is_named() -> None:
    assert uncovered([row(one) for one in INPUTS if one != "c3"] + [row("c3", conclusion="")]) == ["c3"]


def test_an_input_without_data_needs_a_word() -> None:
    bare = [row(one, is_empty=one in {"c1", "c7"}, note="asked" if one == "c7" else " ") for one in INPUTS]

    assert uncovered(bare) == ["c1"]


def test_what_another_meeting_considered_may_wait() -> None:
    conclusions = [row(one) for one in INPUTS if one not in {"b", "d"}] + [row("d", conclusion="")]

    assert uncovered(conclusions, {"b", "d"}) == []
    assert uncovered(conclusions, {"b"}) == ["d"]


def test_nothing_said_leaves_every_input_open() -> None:
    assert uncovered([]) == list(INPUTS)


def test_a_category_is_decided_or_explained() -> None:
    outputs = [{"category": "improvement"}]

    assert undecided(outputs, {"no_change_reason": "Not now"}) == [Category.RESOURCE]
    assert undecided([], {}) == list(Category)
