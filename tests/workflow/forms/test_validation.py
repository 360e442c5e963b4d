from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from app.workflow.forms import EmptyDirectory, UnknownAnswer, schema_for, validate
from tests.workflow.forms.building import CONTEXT, accept, field, form_of, refuse

OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
REQUIRED = {"required": True}

# kind, more of the component, raw answer, typed answer, stored answer
ACCEPTED: list[tuple[str, dict[str, Any], Any, Any, Any]] = [
    ("textfield", {}, "  Lot\n7 ", "Lot 7", "Lot 7"),
    ("textfield", {}, "<b>bold</b>", "<b>bold</b>", "<b>bold</b>"),
    ("textarea", {}, "one\r\ntwo", "one\ntwo", "one\ntwo"),
    ("number", {"decimalDigits": 0}, "52", 52, 52),
    ("number", {"decimalDigits": 0}, "52.0", 52, 52),
    ("number", {}, "0.10", Decimal("0.10"), "0.10"),
    ("number", {}, "1,5", Decimal("1.5"), "1.5"),
    ("number", {}, 0.1, Decimal("0.1"), "0.1"),
    ("number", {}, 0, Decimal(0), 0),
    ("datetime", {}, "2026-03-17", date(2026, 3, 17), "2026-03-17"),
    ("datetime", {"subtype": "time"}, "14:30", time(14, 30), "14:30"),
    (
        "datetime",
        {"subtype": "datetime"},
        "2026-03-17T14:30",
        datetime(2026, 3, 17, 13, 30, tzinfo=UTC),
        "2026-03-17T14:30+01:00",
    ),
    (
        "datetime",
        {"subtype": "datetime", "timeSerializingFormat": "utc_normalized"},
        "2026-07-01T14:30",
        datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
        "2026-07-01T12:30Z",
    ),
    (
        "datetime",
        {"subtype": "datetime", "timeSerializingFormat": "no_timezone"},
        "2026-03-17T14:30:00+05:00",
        datetime(2026, 3, 17, 14, 30),  # noqa: DTZ001  the form asks for the clock on the wall
        "2026-03-17T14:30",
    ),
    ("checkbox", {}, "true", True, True),
    ("checkbox", {}, None, False, False),
    ("checklist", {"values": OPTIONS}, ["b", "b", "a"], ["b", "a"], ["b", "a"]),
    ("taglist", {"values": OPTIONS}, "a", ["a"], ["a"]),
    ("radio", {"values": OPTIONS}, "a", "a", "a"),
    ("select", {"values": OPTIONS}, "", None, None),
    ("select", {"valuesExpression": '=["x", "y"]'}, "y", "y", "y"),
    ("select", {"valuesExpression": '=[{label: "X", value: 7}]'}, "7", "7", "7"),
    ("keel-person", {}, "2", 2, 2),
    ("keel-record", {"kinds": ["risk"]}, "risk:31", {"kind": "risk", "id": 31}, {"kind": "risk", "id": 31}),
    ("keel-record", {"kinds": ["risk"], "multiple": True}, [], [], []),
    ("keel-risk-matrix", {}, "3-4", {"likelihood": 3, "severity": 4}, {"likelihood": 3, "severity": 4}),
    (
        "keel-five-why",
        {},
        [{"answer": "worn", "proof": "map"}, {"answer": ""}],
        [{"answer": "worn", "proof": "map"}],
        [{"answer": "worn", "proof": "map"}],
    ),
]


@pytest.mark.parametrize(("kind", "more", "raw", "typed", "stored"), ACCEPTED)
def test_an_answer_is_typed_and_stored_exactly(
    kind: str, more: dict[str, Any], raw: Any, typed: Any, stored: Any
) -> None:
    answers = accept(form_of(field(kind, **more)), {"answer": raw})

    assert answers.typed == {"answer": typed}
    assert answers.values == {"answer": stored}
    assert type(answers.typed["answer"]) is type(typed)


@pytest.mark.parametrize(("kind", "more", "raw", "typed", "stored"), ACCEPTED)
def test_a_stored_answer_reads_as_the_same_answer(
    kind: str, more: dict[str, Any], raw: Any, typed: Any, stored: Any
) -> None:
    form = form_of(field(kind, **more))

    again = accept(form, accept(form, {"answer": raw}).values)

    assert again.typed == {"answer": typed}
    assert again.values == {"answer": stored}


REFUSED: list[tuple[str, dict[str, Any], Any, str]] = [
    ("textfield", {}, 7, "kind"),
    ("textfield", {}, "a\x00b", "characters"),
    ("textfield", {}, "\ud800", "characters"),
    ("textarea", {}, "x" * 20_001, "too-long"),
    ("textfield", {"validate": {"minLength": 3}}, "  ab  ", "min-length"),
    ("textfield", {"validate": {"maxLength": 3}}, "abcd", "max-length"),
    ("textfield", {"validate": {"maxLength": "=record.severity"}}, "abcde", "max-length"),
    ("textfield", {"validate": {"pattern": "^[A-Z]"}}, "abc", "pattern"),
    ("textfield", {"validate": {"validationType": "email"}}, "no mail", "email"),
    ("textfield", {"validate": {"validationType": "phone"}}, "030 1234", "phone"),
    ("number", {}, "ten", "kind"),
    ("number", {}, True, "kind"),
    ("number", {}, "1e5", "kind"),
    ("number", {}, "NaN", "kind"),
    ("number", {}, float("inf"), "kind"),
    ("number", {}, 10**4_000, "kind"),
    ("number", {"decimalDigits": 0}, "1.5", "integer"),
    ("number", {"decimalDigits": 2}, "1.555", "decimal-digits"),
    ("number", {"increment": 0.1}, "0.25", "increment"),
    ("number", {"validate": {"min": 0}}, "-1", "min"),
    ("number", {"validate": {"max": "=settings.limit"}}, "10.01", "max"),
    ("datetime", {}, "17.3.2026", "moment"),
    ("datetime", {}, "2026-02-30", "moment"),
    ("datetime", {}, "0001-01-01", "moment"),
    ("datetime", {"disallowPassedDates": True}, "2026-03-16", "passed"),
    ("datetime", {"subtype": "datetime"}, "2026-03-17", "moment"),
    ("datetime", {"subtype": "datetime", "disallowPassedDates": True}, "2026-03-16T23:59", "passed"),
    ("datetime", {"subtype": "time", "timeInterval": 15}, "14:31", "interval"),
    ("checkbox", {}, "maybe", "kind"),
    ("checklist", {"values": OPTIONS}, ["a", "z"], "choice"),
    ("radio", {"values": OPTIONS}, "z", "choice"),
    ("select", {"values": OPTIONS}, ["a"], "kind"),
    ("select", {"valuesExpression": "=record.nothing"}, "a", "choice"),
    ("keel-person", {}, "99", "person"),
    ("keel-person", {"role": "verifier"}, "2", "person"),
    ("keel-person", {}, "Marta", "kind"),
    ("keel-record", {"kinds": ["risk"]}, "risk:32", "record"),
    ("keel-record", {"kinds": ["risk"]}, "document:31", "record"),
    ("keel-file", {}, ["f9"], "file-unknown"),
    ("keel-file", {}, ["f1", "f2"], "too-many"),
    ("keel-file", {"types": ["image/*"]}, ["f2"], "file-type"),
    ("keel-file", {"maxSize": 1_000}, ["f1"], "file-size"),
    ("keel-risk-matrix", {}, "6-1", "kind"),
    ("keel-five-why", {"minAnswers": 2}, [{"answer": "worn"}], "why-few"),
    ("keel-five-why", {}, [{"answer": str(number)} for number in range(6)], "why-many"),
    ("keel-five-why", {}, [{"proof": "map"}], "why-gap"),
    ("keel-fishbone", {}, {"ghosts": []}, "kind"),
    ("keel-fishbone", {}, {"people": [{"text": "x", "status": "maybe"}]}, "kind"),
]


@pytest.mark.parametrize(("kind", "more", "raw", "rule"), REFUSED)
def test_an_answer_that_breaks_a_rule_is_refused_by_that_rule(
    kind: str, more: dict[str, Any], raw: Any, rule: str
) -> None:
    assert refuse(form_of(field(kind, **more)), {"answer": raw}) == [("answer", rule)]


EMPTY = [
    ("textfield", {}, "  "),
    ("textarea", {}, ""),
    ("number", {}, ""),
    ("datetime", {}, None),
    ("checkbox", {}, False),
    ("checklist", {"values": OPTIONS}, []),
    ("taglist", {"values": OPTIONS}, ""),
    ("radio", {"values": OPTIONS}, ""),
    ("select", {"values": OPTIONS}, None),
    ("keel-person", {}, ""),
    ("keel-record", {"kinds": ["risk"]}, ""),
    ("keel-file", {}, []),
    ("keel-risk-matrix", {}, ""),
    ("keel-five-why", {"minAnswers": 2}, [{"answer": " "}]),
    ("keel-fishbone", {}, {"people": [{"text": ""}]}),
    ("keel-rows", {"components": [field("number")]}, []),
]


@pytest.mark.parametrize(("kind", "more", "raw"), EMPTY)
@pytest.mark.parametrize("sends", [True, False])
def test_an_empty_answer_is_missing_where_it_is_required(
    kind: str, more: dict[str, Any], raw: Any, *, sends: bool
) -> None:
    form = form_of(field(kind, validate=REQUIRED, **more))

    assert refuse(form, {"answer": raw} if sends else {}) == [("answer", "required")]


@pytest.mark.parametrize(("kind", "more", "raw"), EMPTY)
def test_an_empty_answer_passes_every_other_rule(kind: str, more: dict[str, Any], raw: Any) -> None:
    assert refuse(form_of(field(kind, **more)), {"answer": raw}) == []


@pytest.mark.parametrize(("kind", "more", "raw"), EMPTY)
def test_a_hidden_field_is_neither_asked_nor_stored(kind: str, more: dict[str, Any], raw: Any) -> None:
    form = form_of(field(kind, validate=REQUIRED, conditional={"hide": "=record.severity = 4"}, **more))

    assert accept(form, {"answer": raw}).values == {}


@pytest.mark.parametrize(("kind", "more", "raw", "rule"), REFUSED)
def test_a_wrong_answer_to_a_hidden_field_is_dropped(
    kind: str, more: dict[str, Any], raw: Any, rule: str
) -> None:
    form = form_of(field(kind, conditional={"hide": "=record.severity = 4"}, **more))

    assert accept(form, {"answer": raw}).hidden == {"answer"}, rule


def test_answers_the_form_does_not_ask_for_are_refused() -> None:
    form = form_of(field("textfield"), field("keel-rows", "rows", components=[field("number", "n")]))

    with pytest.raises(UnknownAnswer) as refused:
        validate(form, {"status": "closed", "rows": [{"n": 1}, {"m": 1}]}, CONTEXT)

    assert [problem.where for problem in refused.value.problems] == ["status", "rows[1].m"]


def test_answers_that_are_no_mapping_are_refused() -> None:
    assert refuse(form_of(field("textfield")), ["x"]) == [("", "kind")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "more", "raw", "rules"),
    [
        ("textfield", {"validate": {"pattern": "a"}}, "a" * 1_001, [("answer", "max-length")]),
        ("number", {}, "   ", []),
        ("checklist", {"values": OPTIONS}, ["a"] * 301, [("answer", "too-many")]),
        ("keel-record", {"kinds": ["risk"]}, {"kind": "risk", "id": True}, [("answer", "kind")]),
        ("keel-record", {"kinds": ["risk"], "multiple": True}, ["risk:32"], [("answer", "record")]),
        ("keel-rows", {"components": [field("number", "n")]}, [{"n": ""}, 7], [("answer", "kind")]),
        ("keel-five-why", {}, [{"answer": "x"}] * 21, [("answer", "too-many")]),
        ("datetime", {"subtype": "time"}, "25", [("answer", "moment")]),
        ("datetime", {"subtype": "time", "disallowPassedDates": True}, "00:01", []),
        ("keel-rows", {"components": [field("number")], "minItems": 2}, [{}], [("answer", "min-items")]),
        ("textfield", {"validate": {"maxLength": "=record.number"}}, "any length", []),
        ("select", {"valuesKey": "record.sites"}, "gda", []),
    ],
)
def test_the_edges_of_an_answer(
    kind: str, more: dict[str, Any], raw: Any, rules: list[tuple[str, str]]
) -> None:
    form = form_of(field(kind, **more))

    assert refuse(form, {"answer": raw}, record={"number": "x", "sites": ["gda"]}) == rules


def test_the_schema_alone_asks_for_everything_and_lists_problems() -> None:
    computed = field("expression", "sum", expression="=n")
    form = form_of(field("textfield", validate=REQUIRED), field("number", "n"), computed)
    schema = schema_for(form, CONTEXT)

    found = schema.validate({"n": "x", "sum": 7})

    assert [[problem.rule for problem in found[key]] for key in ("answer", "n")] == [["required"], ["kind"]]
    assert schema.validate([]) == {"_schema": ["Invalid input type."]}


def test_nobody_and_nothing_can_be_named_without_a_directory() -> None:
    form = form_of(
        field("keel-person", "who"), field("keel-record", "what", kinds=["risk"]), field("keel-file", "proof")
    )
    raw = {"who": 1, "what": "risk:31", "proof": ["f1"]}

    assert not [*EmptyDirectory().people(""), *EmptyDirectory().records(["risk"])]
    assert [rule for _where, rule in refuse(form, raw, directory=EmptyDirectory())] == [
        "person",
        "record",
        "file-unknown",
    ]


@pytest.mark.parametrize(
    ("expression", "stored"),
    [
        ('=date("2026-03-17")', "2026-03-17"),
        ('=duration("P14D")', "P14D"),
        ("=record.light_years", "1E+300"),
        ("=[1, 0.5, {a: true}]", [1, "0.5", {"a": True}]),
        ("=1 / 0", None),
        ("=sum(for i in 1..1000000 return i)", None),
    ],
)
def test_a_computed_answer_of_any_kind_is_stored_as_json(expression: str, stored: Any) -> None:
    form = form_of(field("expression", expression=expression))

    assert accept(form, {}, record={"light_years": 1e300}).values == {"answer": stored}
