from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.workflow.forms import FormContext, FormDefinition, carry_on, initial_answers, read_form

MOMENT = datetime(2026, 3, 17, 9, tzinfo=UTC)
CHOICE = [{"value": "1", "label": "One"}, {"value": "2", "label": "Two"}]


def form_of(**attributes: Any) -> FormDefinition:
    component = {"id": "field_a", "key": "a", "label": "A"} | attributes
    document = {"schemaVersion": 19, "type": "default", "components": [component]}
    return read_form(json.dumps(document).encode(), key="a")


def begun(value: Any, **attributes: Any) -> Any:
    context = FormContext(now=MOMENT, record={"a": value})
    return initial_answers(form_of(**attributes), context).get("a")


@pytest.mark.parametrize(
    ("attributes", "value", "answer"),
    [
        ({"type": "textfield"}, "Flatness", "Flatness"),
        ({"type": "select", "values": CHOICE}, 2, "2"),
        ({"type": "number"}, Decimal("10.50"), "10.50"),
        ({"type": "datetime", "subtype": "datetime"}, MOMENT, "2026-03-17T09:00:00+00:00"),
        ({"type": "checkbox"}, True, True),
        ({"type": "keel-record", "kinds": ["site"]}, 3, {"kind": "site", "id": 3}),
        ({"type": "keel-record", "kinds": ["site", "risk"]}, 3, None),
        (
            {"type": "keel-record", "kinds": ["risk"], "multiple": True},
            [{"kind": "risk", "id": 1}],
            [{"kind": "risk", "id": 1}],
        ),
        ({"type": "keel-person"}, 7, 7),
        ({"type": "textfield"}, None, None),
        ({"type": "textfield"}, True, None),
        ({"type": "keel-file"}, [{"id": "1"}], None),
    ],
)
def test_a_fresh_form_begins_with_what_the_record_knows(
    attributes: dict[str, Any], value: Any, answer: Any
) -> None:
    assert begun(value, **attributes) == answer


def test_what_was_typed_stays_and_what_was_not_shown_is_filled() -> None:
    context = FormContext(now=MOMENT, record={"a": "known"})
    form = form_of(type="textfield")

    assert carry_on(form, {"a": ""}, context) == {"a": ""}
    assert carry_on(form, {}, context) == {"a": "known"}


def test_an_unticked_box_stays_unticked() -> None:
    context = FormContext(now=MOMENT, record={"a": True})

    assert carry_on(form_of(type="checkbox"), {}, context) == {}
