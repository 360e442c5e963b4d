from __future__ import annotations

from decimal import Decimal

from tests.workflow.forms.building import accept, field, form_of, refuse

ROWS = field(
    "keel-rows",
    "actions",
    minItems=1,
    maxItems=3,
    components=[
        field("textfield", "what", validate={"required": True}),
        field("checkbox", "done"),
        field("textarea", "proof", validate={"required": True}, conditional={"hide": "=not(done)"}),
        field("number", "cost"),
        field("expression", "gross", expression="=cost * factor"),
    ],
)
FACTOR = field("number", "factor")


def test_a_condition_sees_the_answers_the_record_and_the_settings() -> None:
    form = form_of(
        field("number", "qty"),
        field("textfield", "why", conditional={"hide": "=qty < settings.limit or record.severity < 3"}),
    )

    assert "why" in accept(form, {"qty": 11, "why": "many"}).values
    assert "why" not in accept(form, {"qty": 9, "why": "many"}).values


def test_a_hidden_answer_counts_as_none_for_the_conditions_of_others() -> None:
    form = form_of(
        field("checkbox", "a"),
        field("checkbox", "b", conditional={"hide": "=not(a)"}),
        field("textfield", "c", conditional={"hide": "=b != true"}),
    )

    assert accept(form, {"a": False, "b": True, "c": "x"}).values == {"a": False}
    assert accept(form, {"a": True, "b": True, "c": "x"}).values == {"a": True, "b": True, "c": "x"}


def test_a_hidden_group_hides_what_is_in_it() -> None:
    inner = {"type": "group", "id": "i", "components": [field("textfield", "b", validate={"required": True})]}
    group = {"type": "group", "id": "g", "conditional": {"hide": "=not(a)"}, "components": [inner]}

    assert accept(form_of(field("checkbox", "a"), group), {}).values == {"a": False}


def test_a_condition_that_cannot_be_decided_hides_nothing() -> None:
    form = form_of(field("number", "a"), field("textfield", "b", conditional={"hide": "=a > 3"}))

    assert "b" in accept(form, {}).values


def test_a_computed_answer_is_never_taken_from_the_browser() -> None:
    form = form_of(field("number", "a"), field("expression", "b", expression="=a * 0.1"))

    answers = accept(form, {"a": "3", "b": 1_000_000})

    assert answers.values == {"a": 3, "b": "0.3"}
    assert answers.typed["b"] == Decimal("0.3")


def test_a_readonly_answer_is_put_back_from_the_record() -> None:
    form = form_of(field("number", "severity", decimalDigits=0, readonly=True), field("textfield", "x"))

    assert accept(form, {"severity": 1, "x": "y"}).values == {"severity": 4, "x": "y"}


def test_a_field_is_readonly_while_its_expression_is_true() -> None:
    form = form_of(field("checkbox", "locked"), field("number", "severity", readonly="=locked"))

    assert accept(form, {"locked": True, "severity": 1}).values["severity"] == 4
    assert accept(form, {"locked": False, "severity": 1}).values["severity"] == 1


def test_a_disabled_field_is_neither_checked_nor_stored_but_seen_by_conditions() -> None:
    form = form_of(
        field("number", "severity", disabled=True, validate={"required": True, "max": 2}),
        field("textfield", "b", conditional={"hide": "=severity = 4"}),
    )

    assert accept(form, {"severity": 9, "b": "x"}).values == {}


def test_nothing_that_is_sent_makes_a_signature() -> None:
    form = form_of(field("keel-signature", "sign", meaning="verification", validate={"required": True}))

    accepted = accept(form, {"sign": {"meaning": "verification"}})

    assert form.signature == "verification"
    assert accepted.values.get("sign") is None
    assert accepted.facts.get("sign") is None


def test_each_row_is_judged_by_itself_and_problems_carry_its_number() -> None:
    form = form_of(ROWS, FACTOR)

    problems = refuse(form, {"actions": [{"what": "a", "done": True}, {"cost": "x"}], "factor": 2})

    assert problems == [
        ("actions[0].proof", "required"),
        ("actions[1].what", "required"),
        ("actions[1].cost", "kind"),
    ]


def test_rows_are_typed_computed_and_rid_of_hidden_columns() -> None:
    rows = [{"what": "a", "cost": "1.5", "gross": 9, "proof": "p"}, {"what": "b", "done": "on", "proof": "p"}]

    answers = accept(form_of(ROWS, FACTOR), {"actions": rows, "factor": "2"})

    assert answers.values["actions"] == [
        {"what": "a", "done": False, "cost": "1.5", "gross": 3},
        {"what": "b", "done": True, "proof": "p", "cost": None, "gross": None},
    ]


def test_too_few_and_too_many_rows_are_refused() -> None:
    form = form_of(ROWS, FACTOR)

    assert refuse(form, {"actions": []}) == [("actions", "required")]
    assert refuse(form, {"actions": [{"what": "x"}] * 4}) == [("actions", "max-items")]
    assert refuse(form, {"actions": "many"}) == [("actions", "kind")]


def test_an_expression_of_the_form_sees_all_rows() -> None:
    form = form_of(ROWS, FACTOR, field("expression", "total", expression="=sum(actions.cost)"))

    answers = accept(form, {"actions": [{"what": "a", "cost": 1}, {"what": "b", "cost": "2.5"}]})

    assert answers.values["total"] == "3.5"


def test_rows_that_cannot_be_added_keep_their_number_and_their_shown_columns() -> None:
    columns = [field("textfield", "what", readonly=True), field("checkbox", "done")]
    form = form_of(field("keel-rows", "actions", allowAddRemove=False, components=columns))
    given = {"actions": [{"what": "dress the plate"}, {"what": "write the limit"}]}

    answers = accept(form, {"actions": [{"what": "nothing", "done": "true"}]}, given=given)

    assert answers.values["actions"] == [
        {"what": "dress the plate", "done": True},
        {"what": "write the limit", "done": False},
    ]
    assert refuse(form, {"actions": [{}] * 3}, given=given) == [("actions", "row-count")]
