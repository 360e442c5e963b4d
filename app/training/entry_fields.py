"""The forms of skills, requirements and training items: what they accept, and how their fields are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.people import people
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.training.entries import EntryColumn, EntryList, Input
from app.training.models import Skill
from app.web.fields import FieldView, Option
from app.web.forms import FormSchema, id_answer

YES, NO = "yes", "no"
_LONGEST = 20_000
_IDS = frozenset({Input.SKILL, Input.SITE, Input.PROCESS, Input.PERSON})
_CHOSEN = _IDS | {Input.CHOICE, Input.LEVEL}


def entry_schema(list_: EntryList) -> FormSchema:
    """Return what the form of a list accepts; every column may be empty, the service says what is missing."""
    own: dict[str, Any] = {column.key: _answer(column) for column in list_.columns}
    schema = FormSchema.from_dict({**own, "row_version": fields.Int(load_default=0)})
    return cast("FormSchema", schema())


def entry_values(list_: EntryList, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers as the service takes them: yes and no as truth values."""
    return {column.key: _value(column, answers.get(column.key)) for column in list_.columns}


def entry_views(session: Session, list_: EntryList, values: Mapping[str, Any]) -> tuple[FieldView, ...]:
    """Return the fields of a list with what stands there."""
    return tuple(_view(session, column, values.get(column.key)) for column in list_.columns)


def person_options(session: Session, sites: frozenset[int] | None = None) -> tuple[Option, ...]:
    """Return the people at work, those of the sites where given, by name."""
    return tuple(
        Option(str(line.id), line.details.name)
        for line in people(session)
        if sites is None or line.details.site_id in sites
    )


def skill_options(session: Session) -> tuple[Option, ...]:
    """Return the skills in use by name."""
    rows = session.execute(select(Skill.id, Skill.name).where(Skill.is_active).order_by(Skill.name))
    return tuple(Option(str(row.id), row.name) for row in rows)


def site_options(session: Session) -> tuple[Option, ...]:
    """Return the sites in use by name."""
    rows = session.execute(select(Site.id, Site.name).where(Site.is_active).order_by(Site.name))
    return tuple(Option(str(row.id), row.name) for row in rows)


def process_options(session: Session) -> tuple[Option, ...]:
    """Return the processes in use by name."""
    named = select(BusinessProcess.id, BusinessProcess.name).where(BusinessProcess.is_active)
    rows = session.execute(named.order_by(BusinessProcess.name))
    return tuple(Option(str(row.id), row.name) for row in rows)


def _answer(column: EntryColumn) -> fields.Field[Any]:
    if column.input in _IDS:
        return id_answer(load_default=None)
    if column.input in {Input.NUMBER, Input.LEVEL}:
        return fields.Int(load_default=None, validate=validate.Range(0, 1_000_000))
    if column.input is Input.YES_NO:
        return fields.Str(load_default=None, validate=validate.OneOf([YES, NO]))
    return fields.Str(load_default="", validate=validate.Length(max=_LONGEST))


def _value(column: EntryColumn, answer: Any) -> Any:
    return None if answer is None else answer == YES if column.input is Input.YES_NO else answer


def _view(session: Session, column: EntryColumn, value: Any) -> FieldView:
    kinds = {Input.TEXT: "textarea", Input.YES_NO: "radio", Input.NUMBER: "number"}
    options = _options(session, column)
    shown = (YES if value else NO) if isinstance(value, bool) else "" if value is None else str(value)
    limits: dict[str, str | int] = {"rows": 6} if column.input is Input.TEXT else {}
    return FieldView(
        column.key,
        "select" if column.input in _CHOSEN else kinds.get(column.input, "textfield"),
        column.label(),
        shown,
        help=column.help(),
        options=options,
        is_required=column.is_required,
        limits=limits,
    )


def _options(session: Session, column: EntryColumn) -> tuple[Option, ...]:
    if column.input is Input.YES_NO:
        return (Option(YES, _("Yes")), Option(NO, _("No")))
    readers = {
        Input.SKILL: skill_options,
        Input.SITE: site_options,
        Input.PROCESS: process_options,
        Input.PERSON: person_options,
    }
    if column.input in readers:
        return readers[column.input](session)
    return tuple(Option(key, word) for key, word in column.choices().items())
