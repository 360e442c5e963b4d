from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.foundation.errors import Problem
from app.workflow.forms import (
    AnswersInvalid,
    FieldView,
    Filled,
    FormDefinition,
    FormView,
    Mode,
    initial_answers,
    present,
    validate,
)
from app.workflow.forms.field_views import size_words
from tests.workflow.forms.building import CONTEXT, accept, field, form_of

OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]


def draw(form: FormDefinition, values: dict[str, Any], mode: Mode = Mode.EDIT, **context: Any) -> FormView:
    return present(form, values, replace(CONTEXT, **context), mode=mode)


def only(view: FormView) -> FieldView:
    (section,) = view.sections
    (found,) = section.fields
    return found


@pytest.mark.parametrize(
    ("kind", "more", "raw", "edited", "read"),
    [
        ("textfield", {}, "Lot 7", "Lot 7", "Lot 7"),
        ("number", {}, "0.10", "0.10", "0.10"),
        ("number", {}, "ten", "ten", ""),
        ("select", {"values": OPTIONS}, "gone", "gone", "gone"),
        ("datetime", {}, "2026-03-17", "2026-03-17", "2026-03-17"),
        ("datetime", {}, "17.3.", "17.3.", ""),
        (
            "datetime",
            {"subtype": "datetime"},
            "2026-03-17T13:30Z",
            "2026-03-17T14:30",
            "2026-03-17T14:30+01:00",
        ),
        ("checkbox", {}, "true", True, True),
        ("radio", {"values": OPTIONS}, "a", "a", "a"),
        ("checklist", {"values": OPTIONS}, ["b"], ["b"], ["b"]),
        ("keel-person", {}, 2, "2", "Piotr"),
        ("keel-person", {}, 99, "99", "a person who is not listed any more"),
        ("keel-record", {"kinds": ["risk"]}, "risk:31", "risk:31", "risk 31"),
        ("keel-record", {"kinds": ["risk"]}, "risk:7", "risk:7", "a record you may not see"),
        ("keel-risk-matrix", {}, {"likelihood": 3, "severity": 4}, "3-4", "3-4"),
        (
            "keel-five-why",
            {},
            [{"answer": "x"}],
            [{"answer": "x", "proof": ""}],
            [{"answer": "x", "proof": ""}],
        ),
    ],
)
def test_an_answer_is_drawn_for_writing_and_for_reading(
    kind: str, more: dict[str, Any], raw: Any, edited: Any, read: Any
) -> None:
    form = form_of(field(kind, **more))

    assert only(draw(form, {"answer": raw})).value == edited
    assert only(draw(form, {"answer": raw}, Mode.READ)).value == read


def test_problems_stand_at_their_fields_and_what_was_typed_is_still_there() -> None:
    rows = field("keel-rows", "actions", components=[field("datetime", "due")])
    form = form_of(field("number", "qty", validate={"required": True}), rows)
    raw = {"qty": "ten", "actions": [{"due": "2026-04-01"}, {"due": "soon"}]}

    with pytest.raises(AnswersInvalid) as refused:
        validate(form, raw, CONTEXT)
    view = present(form, raw, CONTEXT, problems=refused.value.problems)

    qty, actions = view.sections[0].fields
    assert qty.value == "ten"
    assert qty.errors
    assert (actions.rows[1][0].key, actions.rows[1][0].value) == ("actions.1.due", "soon")
    assert actions.rows[1][0].errors
    assert not actions.rows[0][0].errors
    assert view.labels == {"qty": "Qty", "actions[1].due": "Actions, row 2, Due"}


def test_what_conditions_hide_is_left_out_with_its_section() -> None:
    secret = {
        "type": "group",
        "id": "g",
        "label": "Secret",
        "conditional": {"hide": "=not(a)"},
        "components": [field("textfield", "b")],
    }
    form = form_of(field("checkbox", "a"), secret, field("textfield", "c"))

    assert [section.number for section in draw(form, {"a": True}).sections] == [1, 2, 3]
    assert [section.number for section in draw(form, {"a": False}).sections] == [1, 2]
    assert draw(form, {"a": False}).hidden == {"b"}


def test_sections_are_done_here_and_ahead() -> None:
    groups = [
        {"type": "group", "id": key, "components": [field("textfield", key, validate={"required": True})]}
        for key in ("a", "b", "c")
    ]

    view = draw(form_of(*groups), {"a": "x"})

    assert [section.state for section in view.sections] == ["done", "here", "ahead"]


def test_a_section_of_rows_is_done_when_every_cell_that_needs_an_answer_has_one() -> None:
    columns = [field("textfield", "what"), field("textfield", "verdict", validate={"required": True})]
    judged = {
        "type": "group",
        "id": "judged",
        "components": [field("keel-rows", "files", components=columns)],
    }
    form = form_of(judged)

    def state(*rows: dict[str, str]) -> str:
        (section,) = draw(form, {"files": list(rows)}).sections
        return section.state

    assert state({"what": "a", "verdict": "keep"}, {"verdict": "keep"}) == "done"
    assert state({"what": "a", "verdict": "keep"}, {"what": "b"}) == "here"


def test_the_cells_of_rows_that_are_only_shown_are_only_shown() -> None:
    columns = [field("textfield", "what", validate={"required": True})]
    form = form_of(field("keel-rows", "plan", readonly=True, components=columns))
    kept = {"plan": [{"what": "as planned"}]}

    view = only(draw(form, {"plan": [{"what": "changed"}]}, given=kept))

    ((cell,),) = view.rows
    assert (cell.value, cell.is_readonly, cell.is_required) == ("as planned", True, False)


def test_an_answer_from_a_linked_record_carries_its_origin_until_it_is_changed() -> None:
    form = form_of(field("textfield", "lot"))
    filled = {"lot": Filled("2602-114", "NC-2026-0118", "/nonconformities/118")}
    answers = initial_answers(form, replace(CONTEXT, filled=filled))

    assert only(draw(form, answers, filled=filled)).origin == filled["lot"]
    assert only(draw(form, {"lot": "other"}, filled=filled)).origin is None


def test_a_fresh_form_begins_with_defaults_and_the_least_rows() -> None:
    form = form_of(
        field("textfield", "a", defaultValue="x"),
        field("keel-rows", "b", minItems=2, components=[field("number")]),
    )

    assert initial_answers(form, CONTEXT) == {"a": "x", "b": [{}, {}]}


def test_rows_offer_a_blank_row_to_come_only_where_rows_can_be_added() -> None:
    columns = [field("checkbox", "done"), field("textfield", "p", conditional={"hide": "=not(done)"})]
    open_rows = draw(form_of(field("keel-rows", "r", components=columns, maxItems=4)), {"r": []})
    closed = draw(form_of(field("keel-rows", "r", components=columns, allowAddRemove=False)), {"r": []})

    assert [cell.key for cell in only(open_rows).blank] == ["r.__row__.done"]
    assert only(open_rows).most == 4
    assert (only(closed).blank, only(closed).need) == ((), "")


def test_a_computed_field_is_shown_with_its_value_and_cannot_be_written() -> None:
    form = form_of(field("number", "a"), field("expression", "b", expression="=a * 2"))

    computed = draw(form, {"a": 2, "b": 99}).sections[0].fields[1]

    assert (computed.value, computed.is_readonly, computed.is_computed) == ("4", True, True)


def test_a_signature_stands_under_the_form_and_is_read_at_its_place() -> None:
    form = form_of(field("keel-signature", "sign", meaning="approval"), field("textfield", "a"))

    assert [one.key for one in draw(form, {}).sections[0].fields] == ["a"]
    assert [one.key for one in draw(form, accept(form, {}).values, Mode.READ).sections[0].fields] == [
        "sign",
        "a",
    ]


def test_reading_and_printing_offer_nothing_to_write() -> None:
    form = form_of(field("textfield", "a"), field("keel-rows", "r", components=[field("number", "n")]))
    values = dict(accept(form, {"a": "x", "r": [{"n": 1}]}).values)

    for mode in (Mode.READ, Mode.PRINT):
        text, rows = draw(form, values, mode).sections[0].fields
        assert text.is_readonly
        assert rows.is_readonly
        assert rows.rows[0][0].is_readonly
        assert rows.blank == ()


def test_limits_are_given_to_the_browser_as_well() -> None:
    form = form_of(
        field("textfield", "a", validate={"maxLength": "=record.severity"}),
        field("datetime", "b", disallowPassedDates=True),
        field("keel-file", "c", types=[".pdf"]),
    )

    limits = [found.limits for found in draw(form, {}).sections[0].fields]

    assert limits == [{"maxlength": 4}, {"min": "2026-03-17"}, {"accept": ".pdf"}]


def test_markup_in_labels_and_answers_stays_text() -> None:
    script = "<script>alert(1)</script>"
    view = only(draw(form_of(field("textfield", label=script)), {"answer": script}))

    assert (view.label, view.value) == (script, script)
    assert not hasattr(view.value, "__html__")


def test_a_submission_reads_as_it_was_given_although_the_record_has_moved_on() -> None:
    form = form_of(
        field("textfield", "why", conditional={"hide": "=record.severity < 3"}),
        field("expression", "score", expression="=record.severity * 2"),
        field("keel-rows", "r", components=[field("expression", "n", expression="=record.severity")]),
    )
    stored = dict(accept(form, {"why": "big", "r": [{}]}).values)

    why, score, rows = draw(form, stored, Mode.READ, record={"severity": 1}).sections[0].fields

    assert (why.value, score.value, rows.rows[0][0].value) == ("big", "8", "4")


def test_what_was_hidden_when_it_was_submitted_stays_hidden() -> None:
    form = form_of(field("textfield", "a"), field("textfield", "b", conditional={"hide": "=a != null"}))

    view = draw(form, dict(accept(form, {"a": "x"}).values), Mode.PRINT)

    assert [found.key for found in view.sections[0].fields] == ["a"]


@pytest.mark.parametrize(("size", "words"), [(7, "7 bytes"), (9_000, "9 KB"), (9_000_000, "8.6 MB")])
def test_the_size_of_a_file_is_said_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_rows_that_cannot_be_added_begin_with_those_that_are_given() -> None:
    columns = [field("textfield", "what", readonly=True)]
    form = form_of(field("keel-rows", "r", allowAddRemove=False, minItems=1, components=columns))

    assert initial_answers(form, replace(CONTEXT, given={"r": [{"what": "x"}]})) == {"r": [{"what": "x"}]}
    assert initial_answers(form, CONTEXT) == {"r": [{}]}


def test_a_problem_of_no_field_has_no_label() -> None:
    view = present(form_of(field("number")), {}, CONTEXT, problems=[Problem("ghost", "kind", "No.")])

    assert view.labels == {}


def test_groups_within_groups_and_notes_are_drawn_unless_hidden() -> None:
    note = {"type": "text", "id": "note", "text": "Only if a.", "conditional": {"hide": "=not(a)"}}
    inner = {"type": "group", "id": "inner", "label": "Inside", "components": [field("number", "b")]}
    outer = {"type": "group", "id": "g", "components": [field("checkbox", "a"), note, inner]}

    shown = draw(form_of(outer), {"a": True}).sections[0].fields
    hidden = draw(form_of(outer), {}).sections[0].fields

    assert [(found.kind, found.key) for found in shown] == [
        ("checkbox", "a"),
        ("text", "note"),
        ("group", "inner"),
    ]
    assert [found.key for found in hidden] == ["a", "inner"]


def test_times_are_offered_at_their_interval() -> None:
    form = form_of(field("datetime", subtype="time", timeInterval=15))

    assert only(draw(form, {})).limits == {"step": 900}
