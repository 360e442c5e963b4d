"""A form with every kind of field, and answers to it."""

from __future__ import annotations

from typing import Any

from tests.workflow.forms.building import field, form_of

OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B", "help": "second"}]
COLUMNS = [
    field("textfield", "what", validate={"required": True}),
    field("keel-person", "owner"),
    field("datetime", "due"),
    field("checkbox", "done"),
    field("textarea", "proof", conditional={"hide": "=not(done)"}),
    field("taglist", "tags", values=OPTIONS),
]
GROUPS = [
    {
        "type": "group",
        "id": "plain",
        "label": "Plain",
        "components": [
            {"type": "text", "id": "intro", "text": "Read **this**."},
            field("textfield", "title", validate={"required": True, "maxLength": 40}),
            field("textarea", "story", description="In your words."),
            field("number", "qty", decimalDigits=0, validate={"min": 0}),
            field("number", "cost", appearance={"suffixAdorner": "EUR"}),
            field("expression", "total", expression="=qty * cost"),
            field("datetime", "day"),
            field("datetime", "moment", subtype="datetime"),
            field("checkbox", "urgent"),
            {"type": "separator", "id": "line"},
            field("checklist", "places", values=OPTIONS),
            field("radio", "grade", values=OPTIONS),
            field("select", "mode", values=OPTIONS),
            field("taglist", "tags", values=OPTIONS),
            field("keel-signature", "sign", meaning="verification"),
        ],
    },
    {
        "type": "group",
        "id": "own",
        "label": "Own",
        "conditional": {"hide": "=qty = 0"},
        "components": [
            field("keel-person", "owner"),
            field("keel-record", "risk", kinds=["risk"]),
            field("keel-record", "papers", kinds=["document", "risk"], multiple=True),
            field("keel-file", "files", multiple=True),
            field("keel-risk-matrix", "matrix"),
            field("keel-five-why", "whys"),
            field("keel-fishbone", "causes"),
            field("keel-rows", "actions", components=COLUMNS, maxItems=20),
        ],
    },
]
FORM = form_of(*GROUPS)
FULL: dict[str, Any] = {
    "title": "Seal face <script>alert(1)</script>",
    "story": "one\n\ntwo",
    "qty": 6,
    "cost": "1.50",
    "day": "2026-03-17",
    "moment": "2026-03-17T14:30+01:00",
    "urgent": True,
    "places": ["a", "b"],
    "grade": "b",
    "mode": "a",
    "tags": ["b"],
    "owner": 2,
    "risk": {"kind": "risk", "id": 31},
    "papers": [{"kind": "document", "id": 31}],
    "files": ["f1"],
    "matrix": {"likelihood": 3, "severity": 4},
    "whys": [{"answer": "worn", "proof": "map"}, {"answer": "not dressed", "proof": ""}],
    "causes": {"people": [{"text": "night shift", "status": "ruled_out"}]},
    "actions": [
        {
            "what": "dress",
            "owner": 1,
            "due": "2026-04-01",
            "done": True,
            "proof": "photo",
            "tags": ["a", "b"],
        },
        {"what": "measure", "done": False},
    ],
}
