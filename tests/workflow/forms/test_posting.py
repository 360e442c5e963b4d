from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from app.workflow.forms import parse_post, row_wish
from app.workflow.forms.posting import RowWish
from tests.workflow.forms.building import accept, field, form_of, refuse

FORM = form_of(
    field("textfield", "title"),
    field("checkbox", "urgent"),
    field("checklist", "places", values=[{"value": "a"}, {"value": "b"}]),
    field("datetime", "due"),
    field("keel-record", "risks", kinds=["risk"], multiple=True),
    field("keel-risk-matrix", "risk"),
    field("keel-file", "proof", multiple=True),
    field("keel-five-why", "whys"),
    field("keel-fishbone", "causes"),
    field(
        "keel-rows",
        "actions",
        components=[
            field("textfield", "what"),
            field("keel-person", "owner"),
            field("keel-file", "photo"),
            field("taglist", "tags", values=[{"value": "x"}, {"value": "y"}]),
        ],
    ),
)


def posted(**names: str | list[str]) -> dict[str, Sequence[str]]:
    """Return a post; two underscores stand for a dot."""
    return {
        name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in names.items()
    }


def test_a_whole_post_becomes_answers() -> None:
    post = posted(
        csrf_token="t",
        title="Seal face",
        urgent="true",
        places=["a", "b"],
        due="2026-04-01",
        risks=["", "risk:31"],
        risk="3-4",
        whys__0__answer="worn",
        whys__0__proof="map",
        whys__1__answer="",
        causes__people__0__text="night shift",
        causes__people__0__state="out",
        causes__people__1__text="",
        actions__0__what="dress",
        actions__0__owner="2",
        actions__0__tags=["x", "y"],
        actions__4__what="measure",
    )

    answers = accept(FORM, parse_post(FORM, post, attached={"proof": ["f1"], "actions.4.photo": ["f2"]}))

    assert answers.values["title"] == "Seal face"
    assert answers.values["urgent"] is True
    assert answers.values["places"] == ["a", "b"]
    assert answers.values["due"] == "2026-04-01"
    assert answers.values["risks"] == [{"kind": "risk", "id": 31}]
    assert answers.values["risk"] == {"likelihood": 3, "severity": 4}
    assert [one["name"] for one in answers.values["proof"]] == ["Plate.JPG"]
    assert answers.values["whys"] == [{"answer": "worn", "proof": "map"}]
    assert answers.values["causes"]["people"] == [{"text": "night shift", "status": "ruled_out"}]
    first, second = answers.values["actions"]
    assert (first["what"], first["owner"], first["tags"]) == ("dress", 2, ["x", "y"])
    assert (second["what"], [one["id"] for one in second["photo"]]) == ("measure", ["f2"])


def test_an_unticked_box_is_sent_by_no_browser_and_counts_as_no() -> None:
    assert accept(FORM, parse_post(FORM, posted(title="x"))).values["urgent"] is False


def test_names_the_form_does_not_have_are_kept_so_that_they_are_refused() -> None:
    assert parse_post(FORM, posted(status="closed", actions__0__cost="1")) == {
        "status": "closed",
        "actions": [{"cost": "1"}],
    }


def test_rows_left_blank_are_dropped_when_the_answers_are_sent() -> None:
    post = posted(actions__0__what="", actions__0__owner="", actions__1__what="x")

    assert parse_post(FORM, post) == {"actions": [{"what": "x"}]}


@pytest.mark.parametrize(
    ("button", "kept"),
    [
        ("add:actions", ["a", "b", None]),
        ("remove:actions.0", ["b"]),
        ("remove:actions.3", ["a"]),
        ("remove:actions.9", ["a", "b"]),
        ("add:elsewhere", ["a", "b"]),
    ],
)
def test_a_button_adds_or_removes_a_row_without_javascript(button: str, kept: list[Any]) -> None:
    post = posted(actions__0__what="a", actions__3__what="b", _rows=button)

    rows = parse_post(FORM, post)["actions"]

    assert [row.get("what") for row in rows] == kept


def test_the_first_row_is_added_to_an_empty_list() -> None:
    assert parse_post(FORM, posted(_rows="add:actions")) == {"actions": [{}]}


@pytest.mark.parametrize(
    ("button", "wish"),
    [
        ("add:actions", RowWish("actions")),
        ("remove:actions.2", RowWish("actions", 2)),
        ("add:causes.people", RowWish("causes.people")),
        ("remove:actions", None),
        ("drop:actions", None),
        ("", None),
    ],
)
def test_a_button_is_understood_or_ignored(button: str, wish: RowWish | None) -> None:
    assert row_wish({"_rows": [button]}) == wish


def test_a_file_can_be_taken_off() -> None:
    raw = parse_post(FORM, {"_remove.proof": ["f1"]}, attached={"proof": ["f1", "f2"]})

    assert raw["proof"] == ["f2"]


def test_an_id_posted_as_a_file_without_an_upload_attaches_nothing() -> None:
    assert "proof" not in parse_post(FORM, posted(proof="f1"))


def test_the_row_to_come_that_scripts_copy_is_not_an_answer() -> None:
    assert parse_post(FORM, {"actions.__row__.what": ["x"]}) == {}


@pytest.mark.parametrize("name", ["title.0.x", "actions.x.what", "actions.0", "causes.0.text", "whys.answer"])
def test_names_no_macro_writes_are_refused(name: str) -> None:
    assert refuse(FORM, parse_post(FORM, {name: ["x"]})) == [(name, "unknown-answer")]


def test_rows_that_cannot_be_removed_keep_their_place_although_nothing_was_sent_for_one() -> None:
    form = form_of(field("keel-rows", "r", allowAddRemove=False, components=[field("checkbox", "done")]))

    assert parse_post(form, {"r.2.done": ["true"]}) == {"r": [{}, {}, {"done": "true"}]}


@pytest.mark.parametrize(
    ("button", "causes"),
    [("add:causes.people", [{"text": "a"}, {}]), ("remove:causes.people.0", []), ("", [{"text": "a"}])],
)
def test_a_cause_is_added_or_removed_by_its_button(button: str, causes: list[Any]) -> None:
    raw = parse_post(FORM, {"causes.people.0.text": ["a"], "_rows": [button]})

    assert raw.get("causes", {}).get("people", []) == causes
