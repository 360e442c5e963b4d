from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.fields import (
    AnswersMalformed,
    RowCommand,
    apply_row_command,
    read_answers,
    row_command,
)


def test_dots_nest_and_numbers_make_rows_in_their_order() -> None:
    pairs = [
        ("title", "Leak"),
        ("actions.7.what", "second"),
        ("actions.2.what", "first"),
        ("place.hall", "3"),
    ]

    answers = read_answers(pairs)

    assert answers == {
        "title": "Leak",
        "actions": [{"what": "first"}, {"what": "second"}],
        "place": {"hall": "3"},
    }


def test_a_name_given_twice_is_a_list() -> None:
    assert read_answers([("sites", "ume"), ("sites", "gda")]) == {"sites": ["ume", "gda"]}


def test_what_belongs_to_the_page_is_no_answer() -> None:
    assert (
        read_answers([("_token", "t"), ("_rows", "add:a"), ("csrf_token", "c"), ("_remove.photos", "1")])
        == {}
    )


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a.b", "2")],
        [("a.b", "1"), ("a", "2")],
        [("a..b", "1")],
        [("a.b.c.d.e.f.g", "1")],
        [(f"a.{number}", "x") for number in range(501)],
    ],
)
def test_names_that_no_form_of_ours_sends_are_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(AnswersMalformed):
        read_answers(pairs)


@given(st.lists(st.tuples(st.text(alphabet="ab.01_", max_size=9), st.text(max_size=3)), max_size=12))
def test_no_names_break_the_reading(pairs: list[tuple[str, str]]) -> None:
    try:
        answers = read_answers(pairs)
    except AnswersMalformed:
        return

    assert all(not key.startswith("_") for key in answers)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("add:actions", RowCommand("actions")),
        ("add:bones.machine", RowCommand("bones.machine")),
        ("remove:actions.2", RowCommand("actions", 2)),
        ("remove:actions", None),
        ("drop:actions", None),
        ("", None),
    ],
)
def test_the_buttons_of_rows_say_what_they_want(text: str, command: RowCommand | None) -> None:
    assert row_command({"_rows": text}) == command


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (RowCommand("actions"), [{"what": "a"}, {"what": "b"}, {}]),
        (RowCommand("actions", 0), [{"what": "b"}]),
        (RowCommand("actions", 9), [{"what": "a"}, {"what": "b"}]),
    ],
)
def test_rows_are_added_and_removed_without_touching_what_was_typed(
    command: RowCommand, rows: list[dict[str, Any]]
) -> None:
    typed = {"title": "Leak", "actions": [{"what": "a"}, {"what": "b"}]}

    changed = apply_row_command(typed, command)

    assert changed == {"title": "Leak", "actions": rows}
    assert typed["actions"] == [{"what": "a"}, {"what": "b"}]
