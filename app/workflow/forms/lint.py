"""What the publish gate asks of a readable form: names, words and types that fit the lifecycle."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.expressions import Rule
from app.workflow.forms.model import (
    ChoiceSettings,
    Field,
    FormDefinition,
    Kind,
    Moment,
    MomentSettings,
    PersonSettings,
    RecordSettings,
    RowsSettings,
)
from app.workflow.forms.order import page_rules

RESERVED_KEYS = frozenset({"typename", "id", "kind", "extra", "csrf_token", "status", "number"})

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

_TEXTS = frozenset({Kind.TEXT, Kind.TEXTAREA, Kind.RADIO, Kind.SELECT, Kind.COMPUTED})
_FITS: Mapping[str, frozenset[Kind]] = {
    "text": _TEXTS,
    "choice": frozenset({Kind.RADIO, Kind.SELECT, Kind.COMPUTED}),
    "number": frozenset({Kind.NUMBER, Kind.RADIO, Kind.SELECT, Kind.COMPUTED}),
    "boolean": frozenset({Kind.CHECKBOX, Kind.COMPUTED}),
    "date": frozenset({Kind.MOMENT, Kind.COMPUTED}),
    "datetime": frozenset({Kind.MOMENT, Kind.COMPUTED}),
    "person": frozenset({Kind.PERSON}),
    "reference": frozenset({Kind.RECORD, Kind.RADIO, Kind.SELECT}),
    "list": frozenset(
        {
            Kind.CHECKLIST,
            Kind.TAGLIST,
            Kind.ROWS,
            Kind.RECORD,
            Kind.FILE,
            Kind.FIVE_WHY,
            Kind.FISHBONE,
            Kind.RISK_MATRIX,
            Kind.COMPUTED,
        }
    ),
}
_SUBTYPES = {"date": Moment.DATE, "datetime": Moment.DATETIME}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormGate:
    """What the lifecycle around a form knows. None means that anything goes.

    Shape: `record_columns` maps the columns a form may write to their type (text, choice, number, boolean,
    date, datetime, person, reference, list); `names` maps record, task, decision and settings to the names
    that stand after them in an expression.
    """

    record_columns: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    roles: Collection[str] | None = None
    record_kinds: Collection[str] | None = None


def lint_form(form: FormDefinition, gate: FormGate) -> list[Problem]:
    """Return every problem that keeps the form from being published, in the order of the page."""
    problems = [problem for found in form.fields for problem in _field_problems(found, gate)]
    for found in form.fields:
        problems += _column_fit(found, gate.record_columns.get(found.key))
    for section in form.sections:
        for place, rule in page_rules(section):
            problems += _path_problems(place, rule, gate)
    return list(dict.fromkeys(problems))


def _field_problems(found: Field, gate: FormGate, within: str = "") -> Iterator[Problem]:
    place = f"{within}.{found.key}" if within else found.key
    yield from _key_problems(place, found.key, is_column=bool(within))
    yield from _word_problems(place, found)
    yield from _name_problems(place, found, gate)
    if isinstance(found.settings, RowsSettings):
        for column in found.settings.columns:
            yield from _field_problems(column, gate, place)
        rules = found.conditions
    else:
        rules = (*found.rules, *found.limits)
    for rule in rules:
        yield from _path_problems(place, rule, gate)


def _key_problems(place: str, key: str, *, is_column: bool) -> Iterator[Problem]:
    if not _SNAKE.fullmatch(key):
        yield Problem(
            place,
            "key-snake-case",
            _("The key “%(key)s” is not in snake_case.", key=key),
            _("Write small letters, digits and single underscores, for example root_cause."),
        )
    elif key in RESERVED_KEYS and not is_column:
        yield Problem(
            place,
            "key-reserved",
            _("“%(key)s” belongs to Keel and cannot be answered in a form.", key=key),
            _("Choose another key."),
        )


def _word_problems(place: str, found: Field) -> Iterator[Problem]:
    if not found.label:
        yield Problem(
            place, "label-missing", _("The question has no label."), _("Say in a few words what is asked.")
        )
    if found.kind in {Kind.RADIO, Kind.SELECT} and isinstance(found.settings, ChoiceSettings):
        bare = [option.value for option in found.settings.options if not option.label.strip()]
        if bare:
            yield Problem(
                place, "label-missing", _("An option has no label."), _("Give each option its words.")
            )


def _name_problems(place: str, found: Field, gate: FormGate) -> Iterator[Problem]:
    settings = found.settings
    if (
        isinstance(settings, PersonSettings)
        and gate.roles is not None
        and settings.role not in {"", *gate.roles}
    ):
        yield Problem(
            place,
            "role-unknown",
            _("There is no role “%(role)s”.", role=settings.role),
            _("Choose a role of the list."),
        )
    if isinstance(settings, RecordSettings) and gate.record_kinds is not None:
        for kind in sorted(set(settings.kinds) - set(gate.record_kinds)):
            yield Problem(
                place,
                "record-kind-unknown",
                _("There is no kind of record “%(kind)s”.", kind=kind),
                _("Choose a kind of the list."),
            )


def _column_fit(found: Field, column: str | None) -> Iterator[Problem]:
    fitting = _FITS.get(column) if column is not None else None
    if fitting is None:
        return
    wanted = _SUBTYPES.get(column or "")
    is_other_moment = (
        wanted is not None
        and isinstance(found.settings, MomentSettings)
        and found.settings.subtype is not wanted
    )
    if found.kind not in fitting or is_other_moment or _is_many_for_one(found, column):
        yield Problem(
            found.key,
            "column-type",
            _(
                "The record keeps “%(key)s” as %(column)s, and a %(kind)s gives something else.",
                key=found.key,
                column=column,
                kind=found.kind.value,
            ),
            _("Change the component, or give the question another key."),
        )


def _is_many_for_one(found: Field, column: str | None) -> bool:
    return column == "reference" and isinstance(found.settings, RecordSettings) and found.settings.is_multiple


def _path_problems(place: str, rule: Rule, gate: FormGate) -> Iterator[Problem]:
    for path in sorted(rule.compiled.paths):
        known = gate.names.get(path[0]) if len(path) > 1 else None
        if known is not None and path[1] not in known:
            yield Problem(
                place,
                "expression-path",
                _(
                    "The expression “%(text)s” uses “%(path)s”, which nothing carries.",
                    text=rule.text[:120],
                    path=".".join(path[:2]),
                ),
                _("Correct the name, or ask for it in an earlier task."),
            )
