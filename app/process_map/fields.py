"""The forms of map, context and scope: what they accept, and how their fields are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.people import people
from app.foundation.i18n import gettext as _
from app.organisation.kinds import ProcessKind, process_kind_title
from app.organisation.models import BusinessProcess, Site
from app.organisation.service import MOST_IMPORTANT
from app.process_map.parts import Input, Part, PartColumn
from app.process_map.processes import Profile
from app.web.fields import FieldView, Option
from app.web.forms import FormSchema, id_answer, text_field

YES, NO = "yes", "no"
_LONGEST_TEXT = 20_000


def part_schema(part: Part) -> FormSchema:
    """Return what the form of a part accepts; every column may be empty, the service says what is missing."""
    own: dict[str, fields.Field[Any]] = {column.key: _answer(column) for column in part.columns}
    return _made({**own, "row_version": fields.Int(load_default=0)})


def part_values(part: Part, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers as the service takes them: yes and no as truth values."""
    return {
        column.key: None
        if (value := answers.get(column.key)) is None
        else value == YES
        if column.input is Input.YES_NO
        else value
        for column in part.columns
    }


def part_views(session: Session, part: Part, values: Mapping[str, Any]) -> tuple[FieldView, ...]:
    """Return the fields of a part with what stands there."""
    return tuple(_part_view(session, column, values.get(column.key)) for column in part.columns)


def profile_schema(*, is_whole: bool) -> FormSchema:
    """Return what the form of a process accepts; owner, kind and importance only with `is_whole`."""
    master: dict[str, fields.Field[Any]] = {
        "owner_id": id_answer(load_default=None),
        "process_kind": fields.Str(load_default=None, validate=validate.OneOf(list(ProcessKind))),
        "importance": fields.Int(load_default=None, validate=validate.Range(1, MOST_IMPORTANT)),
    }
    return _made(
        {
            **(master if is_whole else {}),
            "purpose": _text(),
            "resources": _text(),
            "criteria": _text(),
            "next_review_on": fields.Date(load_default=None),
            "row_version": fields.Int(load_default=0),
            "entry_version": fields.Int(load_default=0),
        }
    )


def profile_views(session: Session, profile: Profile, *, is_whole: bool) -> tuple[FieldView, ...]:
    """Return the fields of a process."""
    kinds = tuple(Option(kind.value, process_kind_title(kind)) for kind in ProcessKind)
    levels = tuple(Option(str(level), str(level)) for level in range(1, MOST_IMPORTANT + 1))
    importance = str(profile.importance or "")
    master = (
        FieldView(
            "owner_id", "select", _("Owner"), str(profile.owner_id or ""), options=_person_options(session)
        ),
        FieldView("process_kind", "radio", _("Kind of process"), profile.process_kind or "", options=kinds),
        FieldView(
            "importance",
            "select",
            _("Importance, 5 matters most"),
            importance,
            options=levels,
            help=_("How much hangs on this process."),
        ),
    )
    day = profile.next_review_on.isoformat() if profile.next_review_on else ""
    return (
        *(master if is_whole else ()),
        FieldView("purpose", "textarea", _("Purpose"), profile.purpose),
        FieldView(
            "resources",
            "textarea",
            _("Resources"),
            profile.resources,
            help=_("Machines, rooms, software, knowledge: with what it is done."),
        ),
        FieldView(
            "criteria",
            "textarea",
            _("Criteria"),
            profile.criteria,
            help=_("What must hold so that the process does what it should."),
        ),
        FieldView("next_review_on", "datetime", _("Next review"), day),
    )


def scope_schema(session: Session) -> FormSchema:
    """Return what the form of the scope accepts: a tick for each site besides the texts."""
    sites: dict[str, fields.Field[Any]] = {
        f"site{row.id}": fields.Bool(load_default=False) for row in _sites(session)
    }
    return _made(
        {
            **sites,
            "starts_on": fields.Date(required=True),
            "statement": fields.Str(required=True, validate=validate.Length(max=_LONGEST_TEXT)),
            "products": fields.Str(required=True, validate=validate.Length(max=_LONGEST_TEXT)),
            "exclusions": _text(),
        }
    )


def scope_views(session: Session, texts: Mapping[str, str], site_ids: Sequence[int]) -> tuple[FieldView, ...]:
    """Return the fields of the scope. Shape: `texts` by the name of the field."""
    ticks = tuple(
        FieldView(f"site{row.id}", "checkbox", row.name, "true" if row.id in site_ids else "")
        for row in _sites(session)
    )
    return (
        FieldView("starts_on", "datetime", _("In force from"), texts.get("starts_on"), is_required=True),
        FieldView(
            "statement", "textarea", _("What the system covers"), texts.get("statement"), is_required=True
        ),
        FieldView(
            "products", "textarea", _("Products and services"), texts.get("products"), is_required=True
        ),
        *ticks,
        FieldView(
            "exclusions",
            "textarea",
            _("What does not apply"),
            texts.get("exclusions"),
            help=_("One a line: the clause, a colon, and why it does not apply. Empty: everything applies."),
        ),
    )


def _made(own: Mapping[str, fields.Field[Any]]) -> FormSchema:
    made = FormSchema.from_dict(dict(own))()
    assert isinstance(made, FormSchema), "from_dict keeps the class"
    return made


def _text() -> fields.Str:
    return fields.Str(load_default="", validate=validate.Length(max=_LONGEST_TEXT))


def _answer(column: PartColumn) -> fields.Field[Any]:
    if column.input in {Input.PROCESS, Input.SITE}:
        return id_answer(load_default=None)
    if column.input is Input.YES_NO:
        return fields.Str(load_default=None, validate=validate.OneOf([YES, NO]))
    return _text()


def _part_view(session: Session, column: PartColumn, value: Any) -> FieldView:
    shown: dict[str, Any] = {
        "label": column.label(),
        "help": column.help(),
        "is_required": column.is_required,
    }
    if column.input is Input.TEXT:
        return FieldView(column.key, "textarea", value=value, **shown)
    if column.input is Input.LINE:
        return text_field(column.key, value=value, limits={"maxlength": column.most}, **shown)
    if column.input is Input.YES_NO:
        said = {True: YES, False: NO, None: ""}[value]
        choices = (Option(YES, _("Yes")), Option(NO, _("No")))
        return FieldView(column.key, "radio", value=said, options=choices, **shown)
    if column.input is Input.CHOICE:
        options = tuple(Option(key, word) for key, word in column.choices().items())
        return FieldView(column.key, "select", value=value, options=options, **shown)
    rows = _sites(session) if column.input is Input.SITE else _processes(session)
    options = tuple(Option(str(row.id), row.name) for row in rows)
    return FieldView(column.key, "select", value=str(value or ""), options=options, **shown)


def _sites(session: Session) -> Sequence[Site]:
    return session.scalars(select(Site).where(Site.is_active).order_by(Site.name)).all()


def _processes(session: Session) -> Sequence[BusinessProcess]:
    statement = select(BusinessProcess).where(BusinessProcess.is_active).order_by(BusinessProcess.name)
    return session.scalars(statement).all()


def _person_options(session: Session) -> tuple[Option, ...]:
    return tuple(Option(str(line.id), line.details.name) for line in people(session))
