"""How the answer of each kind of field is drawn. One function for each kind; rows and places come later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.foundation.i18n import gettext as _
from app.workflow.forms.checks import Judgement, options_of
from app.workflow.forms.model import (
    FISHBONE_CATEGORIES,
    Choice,
    ChoiceSettings,
    Field,
    FileSettings,
    Kind,
    Moment,
    MomentSettings,
    NumberSettings,
    PersonSettings,
    RecordSettings,
    TextSettings,
)
from app.workflow.forms.moments import write_for_input, write_moment
from app.workflow.forms.posting import VIEW_STATES
from app.workflow.forms.stored import store_answer
from app.workflow.forms.views import FieldView, FileView, RiskCell, RiskGrid

_STORED_STATES = {stored: shown for shown, stored in VIEW_STATES.items()}
MARKDOWN = "markdown"
_SUBTYPES = {"email": "email", "phone": "tel"}
_BANDS = ((16, "max"), (10, "high"), (5, "med"), (1, "low"))


def draw_field(found: Field, typed: Any, raw: Any, judgement: Judgement, *, is_readonly: bool) -> FieldView:
    """Return the field with its answer; key, errors and rows are the caller's to add.

    Shape: `typed` is the settled answer; `raw` what was typed, shown again when it could not be read.
    """
    view = FieldView(
        key=found.key,
        kind=found.kind.value,
        label=found.label,
        help=found.help,
        is_readonly=is_readonly,
        is_disabled=found.is_disabled,
        is_computed=found.kind is Kind.COMPUTED,
    )
    if typed is None and isinstance(raw, str) and not is_readonly:
        typed = raw
    return _DRAWERS.get(found.kind, _plain)(view, found, typed, judgement)


def optional_words(found: Field) -> str:
    """Return what is said beside the label of a question that may be left empty."""
    return "" if found.is_required or found.kind in {Kind.CHECKBOX, Kind.COMPUTED} else _("optional")


def _plain(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    value = store_answer(found, typed, judgement.context.zone)
    return replace(view, value=value if value is None or isinstance(value, bool) else str(value))


def _rows(view: FieldView, _found: Field, _typed: Any, _judgement: Judgement) -> FieldView:
    return view


def _text(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    settings = found.settings
    assert isinstance(settings, TextSettings)
    most = judgement.bound(settings.max_length)
    limits: dict[str, str | int] = {} if most is None or most < 1 else {"maxlength": int(most)}
    subtype = MARKDOWN if found.is_markdown else _SUBTYPES.get(settings.format, "")
    return replace(view, value=typed or "", subtype=subtype, limits=limits)


def _number(view: FieldView, found: Field, typed: Any, _judgement: Judgement) -> FieldView:
    assert isinstance(found.settings, NumberSettings)
    value = format(typed, "f") if isinstance(typed, Decimal) else "" if typed is None else str(typed)
    return replace(view, value=value, unit=found.settings.unit)


def _moment(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    settings = found.settings
    assert isinstance(settings, MomentSettings)
    zone = judgement.context.zone
    limits: dict[str, str | int] = {}
    if settings.disallows_passed and settings.subtype is not Moment.TIME:
        today = judgement.context.now.astimezone(zone).date().isoformat()
        limits["min"] = f"{today}T00:00" if settings.subtype is Moment.DATETIME else today
    if settings.interval:
        limits |= {"step": settings.interval * 60}
    if typed is None or isinstance(typed, str):
        value = typed or ""
    else:
        value = write_moment(typed, settings, zone) if view.is_readonly else write_for_input(typed, zone)
    return replace(view, value=value, subtype=settings.subtype.value, limits=limits)


def _checkbox(view: FieldView, _found: Field, typed: Any, _judgement: Judgement) -> FieldView:
    return replace(view, value=typed is True)


def _choice(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    settings = found.settings
    assert isinstance(settings, ChoiceSettings)
    options = options_of(settings, judgement)
    chosen = typed if isinstance(typed, list) else [typed] if typed else []
    if view.is_readonly:
        # An option that is offered no longer was the answer all the same.
        offered = {option.value for option in options}
        options += tuple(Choice(value, value) for value in chosen if value not in offered)
    return replace(
        view,
        value=chosen if settings.is_multiple else typed or "",
        options=options,
        is_multiple=settings.is_multiple,
    )


def _person(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    assert isinstance(found.settings, PersonSettings)
    directory, role = judgement.context.directory, found.settings.role
    if not view.is_readonly:
        value = "" if typed is None else str(typed)
        return replace(view, value=value, options=tuple(directory.people(role)))
    named = directory.find_person(typed, "") if isinstance(typed, int) else None
    return replace(view, value=named.label if named else _unknown_name(typed))


def _unknown_name(typed: Any) -> str:
    return "" if typed is None else _("a person who is not listed any more")


def _record(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    settings = found.settings
    assert isinstance(settings, RecordSettings)
    linked = typed if isinstance(typed, list) else [typed] if typed else []
    values = [f"{one['kind']}:{one['id']}" if isinstance(one, Mapping) else str(one) for one in linked]
    if view.is_readonly:
        return replace(view, value=", ".join(_record_names(linked, judgement)))
    return replace(
        view,
        kind=Kind.TAGLIST.value if settings.is_multiple else view.kind,
        value=values if settings.is_multiple else "".join(values),
        options=tuple(judgement.context.directory.records(settings.kinds)),
        is_multiple=settings.is_multiple,
    )


def _record_names(linked: list[Any], judgement: Judgement) -> list[str]:
    find = judgement.context.directory.find_record
    choices = [find(one["kind"], one["id"]) for one in linked if isinstance(one, Mapping)]
    return [choice.label if choice else _("a record you may not see") for choice in choices]


def _file(view: FieldView, found: Field, typed: Any, judgement: Judgement) -> FieldView:
    settings = found.settings
    assert isinstance(settings, FileSettings)
    files = []
    for facts in _facts_of_files(typed):
        stored = judgement.context.directory.find_file(facts["id"])
        files.append(
            FileView(facts["id"], facts["name"], size_words(facts["size"]), stored.url if stored else "")
        )
    limits: dict[str, str | int] = {"accept": ",".join(settings.types)} if settings.types else {}
    return replace(view, value=files, limits=limits, is_multiple=settings.is_multiple)


def _facts_of_files(typed: Any) -> list[Mapping[str, Any]]:
    listed = typed if isinstance(typed, list) else []
    return [one for one in listed if isinstance(one, Mapping) and {"id", "name", "size"} <= one.keys()]


def size_words(size: int) -> str:
    """Return the size of a file in words."""
    if size < 1024:
        return _("%(size)s bytes", size=size)
    kilobytes = size / 1024
    if kilobytes < 1024:
        return _("%(size)s KB", size=round(kilobytes))
    return _("%(size)s MB", size=f"{kilobytes / 1024:.1f}")


def _risk(view: FieldView, _found: Field, typed: Any, _judgement: Judgement) -> FieldView:
    value = f"{typed['likelihood']}-{typed['severity']}" if isinstance(typed, Mapping) else ""
    return replace(view, value=value, matrix=risk_grid())


def risk_grid() -> RiskGrid:
    """Return the matrix of likelihood and severity with its bands.

    Units: score is likelihood times severity; up to 4 low, to 9 medium, to 15 high, then unacceptable.
    """
    words = {"low": _("low"), "med": _("medium"), "high": _("high"), "max": _("unacceptable")}
    likelihoods = (_("rare"), _("unlikely"), _("possible"), _("likely"), _("almost certain"))
    severities = (_("negligible"), _("minor"), _("moderate"), _("major"), _("critical"))
    cells = []
    for likelihood in range(5, 0, -1):
        line = []
        for severity in range(1, 6):
            score = likelihood * severity
            band = next(name for least, name in _BANDS if score >= least)
            line.append(RiskCell(score, band, words[band], f"{likelihood}-{severity}"))
        cells.append(tuple(line))
    return RiskGrid(tuple(reversed(likelihoods)), severities, tuple(cells))


def _five_why(view: FieldView, _found: Field, typed: Any, _judgement: Judgement) -> FieldView:
    return replace(view, value=typed if isinstance(typed, list) else [])


def _fishbone(view: FieldView, _found: Field, typed: Any, judgement: Judgement) -> FieldView:
    bones = typed if isinstance(typed, Mapping) else {}
    shown = {
        category: [
            {"text": cause["text"], "state": _STORED_STATES[cause["status"]]}
            for cause in bones.get(category, ())
        ]
        for category in FISHBONE_CATEGORIES
    }
    names = (_("People"), _("Machine"), _("Method"), _("Material"), _("Measurement"), _("Environment"))
    title = judgement.context.record.get("title")
    return replace(
        view,
        value=shown,
        options=tuple(Choice(key, name) for key, name in zip(FISHBONE_CATEGORIES, names, strict=True)),
        unit=title if isinstance(title, str) else "",
    )


_Drawer = Callable[[FieldView, Field, Any, Judgement], FieldView]
_DRAWERS: Mapping[Kind, _Drawer] = {
    Kind.TEXT: _text,
    Kind.TEXTAREA: _text,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    Kind.CHECKBOX: _checkbox,
    Kind.CHECKLIST: _choice,
    Kind.RADIO: _choice,
    Kind.SELECT: _choice,
    Kind.TAGLIST: _choice,
    Kind.PERSON: _person,
    Kind.RECORD: _record,
    Kind.FILE: _file,
    Kind.RISK_MATRIX: _risk,
    Kind.ROWS: _rows,
    Kind.FIVE_WHY: _five_why,
    Kind.FISHBONE: _fishbone,
}
