"""Invented fields of the component pages, each kind in each state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.foundation.clock import now
from app.web import gallery_samples
from app.web.fields import FieldView, FileValue, Option, SignatureRequest
from app.web.parts import Link, Signature

SITES = (Option("ume", "Umeå"), Option("gda", "Gdańsk"), Option("lee", "Leeds"))
DECISIONS = (
    Option("rework", "Rework", "Bring the parts back into specification and inspect them again."),
    Option("scrap", "Scrap", "Make them unusable and book them out."),
    Option("concession", "Use as they are", "The customer agrees in writing."),
)
BONES = tuple(
    Option(word.lower(), word)
    for word in ("People", "Machine", "Method", "Material", "Measurement", "Environment")
)
ORIGIN = Link("NC-2026-0118", "/components/record")


def groups() -> tuple[tuple[str, str, tuple[FieldView, ...]], ...]:
    """Return title, id and fields of each part of the page of fields."""
    return (
        ("To fill in", "write", plain()),
        ("Keel's own", "own", own()),
        (
            "Filled from a record",
            "filled",
            tuple(replace(one, key=f"filled_{one.key}", origin=ORIGIN) for one in entries()[:4]),
        ),
        ("Refused", "refused", _refused()),
        ("For reading", "read", _for_reading()),
    )


def plain() -> tuple[FieldView, ...]:
    """Return one field of each kind of form-js."""
    return (*entries(), *choices(), *surroundings(), *structures())


def entries() -> tuple[FieldView, ...]:
    """Return the fields one types into."""
    return (
        FieldView("lot", "textfield", "Lot", "2602-114", help="As printed on the label.", need="if known"),
        FieldView(
            "what",
            "textarea",
            "What happened",
            "Six of forty faces are above the limit.",
            limits={"maxlength": 2000},
        ),
        FieldView("quantity", "number", "Quantity not conforming", 52, unit="pieces", is_required=True),
        FieldView("site", "select", "Site", "gda", options=SITES),
        FieldView("seen_on", "datetime", "Found on", "2026-03-16"),
        FieldView("seen_at", "datetime", "Found at", "2026-03-16T14:05", subtype="datetime"),
    )


def choices() -> tuple[FieldView, ...]:
    """Return the fields one chooses in."""
    return (
        FieldView(
            "reached_customer",
            "radio",
            "Did it reach a customer?",
            "no",
            options=(Option("yes", "Yes"), Option("no", "No"), Option("unknown", "Not known")),
        ),
        FieldView("decision", "radio", "What happens to the parts", "rework", options=DECISIONS),
        FieldView(
            "checked", "checklist", "Where did you check?", ["gda"], options=SITES, help="Tick every place."
        ),
        FieldView("tags", "taglist", "Subjects", ["ume", "lee"], options=SITES),
        FieldView("harmless", "checkbox", "Nobody was hurt", value=True),
        FieldView(
            "photos",
            "filepicker",
            "Photos",
            (FileValue("f1", "face-1.jpg", "340 KB", "#f1"),),
            is_multiple=True,
            limits={"accept": "image/*", "capture": "environment"},
        ),
    )


def surroundings() -> tuple[FieldView, ...]:
    """Return what stands between fields and is not answered."""
    return (
        FieldView(
            "hint",
            "text",
            "Before you go on",
            "Keep one part aside.\n\nLabel it with the number of this report.",
        ),
        FieldView("rich", "html", value="<p>Read <b>WI-GDA-0214</b> first.<script>alert(1)</script></p>"),
        FieldView("line", "separator"),
        FieldView("gap", "spacer"),
        FieldView("total", "expression", "Share not conforming", "15 %"),
    )


def structures() -> tuple[FieldView, ...]:
    """Return the fields that hold others."""
    return (
        FieldView(
            "place",
            "group",
            "Place",
            parts=(
                FieldView("place.hall", "textfield", "Hall"),
                FieldView("place.machine", "textfield", "Machine", "L-04"),
            ),
        ),
        _action_rows(({"title": "Dress all lapping plates", "owner": "marta"},)),
        FieldView(
            "joints",
            "table",
            "Joints measured",
            parts=(FieldView("joint", "text", "Joint"), FieldView("torque", "text", "Torque")),
            rows=((FieldView("0", "text", value="J-01"), FieldView("1", "text", value="54 Nm")),),
        ),
    )


def own() -> tuple[FieldView, ...]:
    """Return one field of each kind of ours."""
    people = tuple(Option(f"p{number}", f"Person {number}") for number in range(60))
    return (
        FieldView(
            "owner",
            "keel-person",
            "Owner",
            "marta",
            options=(Option("marta", "Marta"), Option("jonas", "Jonas")),
        ),
        FieldView("witness", "keel-person", "Witness", options=people, help="Begin to type a name."),
        FieldView(
            "risk", "keel-record", "Risk", "r31", options=(Option("r31", "RSK-0031 Seal leakage in service"),)
        ),
        FieldView("proof", "keel-file", "Proof", is_multiple=True),
        FieldView(
            "assessment", "keel-risk-matrix", "How likely and how bad", "3x4", matrix=gallery_samples.matrix()
        ),
        _whys(
            [
                {"answer": "The plate was hollow by 4 µm", "proof": "Plate map, 9 Mar"},
                {"answer": "It ran 310 hours", "proof": ""},
            ]
        ),
        _bones(
            {
                "machine": [
                    {"text": "Lapping plate worn hollow", "state": "root"},
                    {"text": "Spindle play", "state": "out"},
                ]
            }
        ),
        FieldView(
            "signature",
            "keel-signature",
            "Signature",
            request=SignatureRequest(
                gallery_samples.MARTA,
                "verification",
                "I have seen the evidence of all three actions.",
                asks_code=True,
            ),
        ),
    )


def _refused() -> tuple[FieldView, ...]:
    errors = ("More than the 40 that were checked. Correct one of the two.",)
    chosen = [*entries()[:4], *choices(), *own()[4:6]]
    return tuple(replace(one, key=f"bad_{one.key}", errors=errors, limits={}) for one in chosen)


def _for_reading() -> tuple[FieldView, ...]:
    signature = Signature("Sofia", "verification", now(), "password", "7c1e…a94b", "verify_actions v7")
    drawn = [
        one
        for one in (*plain(), *own())
        if one.kind not in {"group", "table", "text", "html", "separator", "spacer"}
    ]
    return tuple(
        replace(
            one,
            key=f"read_{one.key}",
            is_readonly=True,
            signature=signature,
            rows=tuple(
                tuple(replace(part, key=f"read_{part.key}", is_readonly=True) for part in row)
                for row in one.rows
            ),
        )
        for one in drawn
    )


def cause_analysis(answers: dict[str, Any] | None = None) -> dict[str, FieldView]:
    """Return the fields of the task page, with the answers typed so far."""
    typed = answers or {}
    root = FieldView(
        "root_cause",
        "textarea",
        "Root cause",
        typed.get("root_cause", "The maintenance plan has no wear limit for plates."),
        help="It goes to the record, to recurrence search and to the risk.",
        need="one sentence",
    )
    return {
        "product": FieldView(
            "product",
            "textfield",
            "Product and lot",
            typed.get("product", "HP-80, lot 2602-114"),
            origin=ORIGIN,
        ),
        "mode": FieldView(
            "mode",
            "select",
            "Failure mode",
            "flat",
            options=(Option("flat", "Flatness above limit"),),
            origin=ORIGIN,
        ),
        "bones": _bones(typed.get("bones", _BONES_SO_FAR)),
        "whys": _whys(
            typed.get("whys", [{"answer": "The plate was hollow by 4 µm", "proof": "Plate map, 9 Mar"}])
        ),
        "actions": _action_rows(
            typed.get("actions", ({"title": "Dress all lapping plates", "owner": "marta"},))
        ),
        "root_cause": root,
    }


def quantities(answers: dict[str, Any]) -> dict[str, FieldView]:
    """Return two numbers of which one must not be above the other, and their share."""
    checked, wrong = str(answers.get("checked", "40")), str(answers.get("wrong", "6"))
    is_readable = checked.isdecimal() and wrong.isdecimal() and int(checked) > 0
    is_too_many = is_readable and int(wrong) > int(checked)
    errors = (f"More than the {checked} that were checked. Correct one of the two.",) if is_too_many else ()
    share = f"{int(wrong) * 100 // int(checked)} %" if is_readable and not errors else ""
    return {
        "checked": FieldView("checked", "number", "Checked", checked, unit="pieces"),
        "wrong": FieldView("wrong", "number", "Not conforming", wrong, unit="pieces", errors=errors),
        "share": FieldView("share", "expression", "Share not conforming", share),
    }


_BONES_SO_FAR = {
    "people": [{"text": "New operator on night shift", "state": "out"}],
    "machine": [{"text": "Lapping plate worn hollow", "state": "root"}],
    "method": [{"text": "No limit for plate wear", "state": "open"}],
}


def _whys(steps: list[dict[str, str]]) -> FieldView:
    return FieldView("whys", "keel-five-why", "Five whys", steps, help="Each answer is a fact you can show.")


def _bones(causes: dict[str, list[dict[str, str]]]) -> FieldView:
    return FieldView(
        "bones",
        "keel-fishbone",
        "Possible causes",
        causes,
        options=BONES,
        unit="Flatness 0.6 to 1.1 µm, limit 0.6 µm",
    )


def _action_rows(rows: tuple[dict[str, str], ...]) -> FieldView:
    return FieldView(
        "actions",
        "keel-rows",
        "Actions",
        rows=tuple(_action(str(number), row) for number, row in enumerate(rows)),
        blank=_action("__row__", {}),
        most=5,
    )


def _action(number: str, row: dict[str, str]) -> tuple[FieldView, ...]:
    owners = (Option("marta", "Marta"), Option("jonas", "Jonas"))
    return (
        FieldView(f"actions.{number}.title", "textfield", "What is to be done", row.get("title", "")),
        FieldView(f"actions.{number}.owner", "keel-person", "Who", row.get("owner", ""), options=owners),
    )
