"""Reads a form's JSON into a `FormDefinition`, or lists everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.component import LABEL_LIMIT, Component
from app.workflow.forms.expressions import Rule
from app.workflow.forms.model import (
    SCOPE_NAMES,
    Field,
    FormDefinition,
    Group,
    Kind,
    Note,
    Part,
    RowsSettings,
    Settings,
)
from app.workflow.forms.order import check_names, settle_order
from app.workflow.forms.settings_reader import READERS
from app.workflow.forms.source import FormInvalid, canonical_digest, read_object

SCHEMA_VERSION = 19
MOST_COMPONENTS = 500
MOST_ROWS = 200

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_ALIASES = {"filepicker": Kind.FILE, "dynamiclist": Kind.ROWS}
_NOTES = frozenset({"text", "separator", "spacer"})
_UNSUPPORTED = frozenset({"table", "html", "image", "iframe", "button", "documentPreview"})
_NEVER_IN_ROWS = frozenset({Kind.ROWS, Kind.FIVE_WHY, Kind.FISHBONE, Kind.SIGNATURE})


def read_form(source: bytes, *, key: str) -> FormDefinition:
    """Return the form, compiled and checked.

    Shape: `key` is the id of the task the form belongs to; it names the form in problems.
    Errors: FormInvalid with all problems; `where` is the key or id of the component.
    """
    document = read_object(source, key=key)
    reader = _FormReader()
    sections = reader.sections(document)
    if not reader.problems:
        reader.problems += check_names(sections)
    order: tuple[str, ...] = ()
    if not reader.problems:
        order, circles = settle_order(tuple(field for section in sections for field in section.fields()))
        reader.problems += circles
    if reader.problems:
        raise FormInvalid(key, reader.problems)
    title = document.get("title") or document.get("name")
    return FormDefinition(
        key=key,
        title=title[:LABEL_LIMIT] if isinstance(title, str) else "",
        sections=sections,
        order=order,
        digest=canonical_digest(document),
    )


class _FormReader:
    """Walks the components, keeps the problems, and sees to it that keys and ids are used once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._seen = 0
        self._is_signed = False

    def sections(self, document: Mapping[str, Any]) -> tuple[Group, ...]:
        form = Component(document, self.problems, "")
        form.place = ""
        if document.get("schemaVersion") != SCHEMA_VERSION:
            form.refuse(
                "schema-version",
                _("The form is not of schema version %(version)s.", version=SCHEMA_VERSION),
                _("Open it in the form editor of Studio and save it again."),
            )
        keys: set[str] = set()
        parts = tuple(self._parts(form, (), keys))
        return tuple(_sections(parts))

    def _parts(self, parent: Component, conditions: tuple[Rule, ...], keys: set[str]) -> Iterator[Part]:
        for component in self._components(parent):
            if component.type_name == "group":
                yield self._group(component, conditions, keys)
            elif component.type_name in _NOTES:
                yield self._note(component)
            elif (field := self._field(component, conditions, keys)) is not None:
                yield field

    def _components(self, parent: Component) -> Iterator[Component]:
        for number, item in enumerate(parent.items("components", most=MOST_COMPONENTS)):
            self._seen += 1
            if self._seen > MOST_COMPONENTS:
                if self._seen == MOST_COMPONENTS + 1:
                    parent.refuse(
                        "too-many",
                        _("The form has more than %(limit)s components.", limit=MOST_COMPONENTS),
                        _("Split the form over several tasks."),
                    )
                return
            place = f"{parent.place}.components[{number}]".lstrip(".")
            if isinstance(item, dict):
                yield Component(item, self.problems, place)
            else:
                self.problems.append(
                    Problem(place, "component-shape", _("A component must be an object."), _("Remove it."))
                )

    def _group(self, component: Component, conditions: tuple[Rule, ...], keys: set[str]) -> Group:
        if component.has("path"):
            component.refuse(
                "group-path",
                _("A group cannot nest its answers under a path: every answer has one key in the record."),
                _("Remove the path of the group; use rows for repeated answers."),
            )
        hide = component.under("conditional").rule("hide")
        inner = (*conditions, hide) if hide else conditions
        return Group(
            id=component.text("id", limit=LABEL_LIMIT),
            title=component.text("label", limit=LABEL_LIMIT),
            help=component.text("description"),
            hide=hide,
            parts=tuple(self._parts(component, inner, keys)),
        )

    def _note(self, component: Component) -> Note:
        return Note(
            id=component.text("id", limit=LABEL_LIMIT),
            kind=component.type_name,
            text=component.text("text"),
            hide=component.under("conditional").rule("hide"),
        )

    def _field(self, component: Component, conditions: tuple[Rule, ...], keys: set[str]) -> Field | None:
        kind = self._kind(component)
        if kind is None:
            return None
        key = self._key(component, keys)
        hide = component.under("conditional").rule("hide")
        if kind is Kind.SIGNATURE:
            self._judge_signature(component, is_hidden=bool(hide or conditions))
        return Field(
            id=component.text("id", limit=LABEL_LIMIT) or key,
            key=key,
            kind=kind,
            label=_label(component),
            help=component.text("description"),
            settings=self._settings(component, kind),
            is_required=component.under("validate").flag("required") and kind is not Kind.SIGNATURE,
            is_disabled=component.flag("disabled"),
            readonly=component.rule_or("readonly", lambda: component.flag("readonly")) or False,
            conditions=(*conditions, hide) if hide else conditions,
            default=component.raw("defaultValue"),
            properties=_properties(component),
        )

    def _judge_signature(self, component: Component, *, is_hidden: bool) -> None:
        """Refuse a signature that could be left out, and a second one: a form is signed as a whole."""
        if is_hidden or component.has("readonly") or component.flag("disabled"):
            component.refuse(
                "signature-always",
                _("A signature cannot be hidden, or only shown: a form that asks for one is always signed."),
                _("Take the condition away, or split the step in two."),
            )
        if self._is_signed:
            component.refuse(
                "signature-twice", _("A form is signed once, as a whole."), _("Remove one signature.")
            )
        self._is_signed = True

    def _kind(self, component: Component) -> Kind | None:
        name = component.type_name
        if name in _ALIASES:
            return _ALIASES[name]
        if name in set(Kind):
            return Kind(name)
        if name in _UNSUPPORTED:
            component.refuse(
                "type-unsupported",
                _("Components of type “%(name)s” are not supported in tasks.", name=name),
                _("Remove it; explain with a text component, and leave the buttons to Keel."),
            )
        else:
            component.refuse(
                "type-unknown",
                _("There is no component type “%(name)s”.", name=name),
                _("Choose a component of the form editor."),
            )
        return None

    def _key(self, component: Component, keys: set[str]) -> str:
        key = component.raw("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            component.refuse(
                "key-shape",
                _("A field needs a key of letters, digits and underscores, at most 63, a letter first."),
                _("Give it one, for example root_cause."),
            )
            return ""
        if key in SCOPE_NAMES:
            component.refuse(
                "key-reserved",
                _("“%(key)s” already has a meaning in expressions.", key=key),
                _("Choose another key."),
            )
        if key in keys:
            component.refuse(
                "key-twice", _("Two fields have the key “%(key)s”.", key=key), _("Rename one of them.")
            )
        keys.add(key)
        return key

    def _settings(self, component: Component, kind: Kind) -> Settings:
        return self._rows(component) if kind is Kind.ROWS else READERS[kind](component)

    def _rows(self, component: Component) -> Settings:
        columns = self._columns(component)
        least = component.whole("minItems", least=0, most=MOST_ROWS, default=0) or 0
        most = component.whole("maxItems", least=1, most=MOST_ROWS, default=100) or MOST_ROWS
        if most < least:
            component.refuse(
                "rows-bounds", _("“maxItems” is below “minItems”."), _("Raise the one or lower the other.")
            )
        order, circles = settle_order(columns)
        self.problems += circles
        allows_add_remove = component.flag("allowAddRemove", default=True)
        if allows_add_remove and any(column.readonly or column.is_disabled for column in columns):
            component.refuse(
                "rows-readonly",
                _("Columns that are only shown need rows that cannot be added or removed."),
                _("Switch “allow add and remove” off, or let people fill in the column."),
            )
        return RowsSettings(
            columns=columns,
            column_order=order,
            min_items=least,
            max_items=most,
            allows_add_remove=allows_add_remove,
            default_rows=component.whole("defaultRepetitions", least=0, most=20, default=0) or 0,
        )

    def _columns(self, component: Component) -> tuple[Field, ...]:
        keys: set[str] = set()
        columns = []
        for part in self._parts(component, (), keys):
            if isinstance(part, Field) and part.kind not in _NEVER_IN_ROWS:
                columns.append(part)
            else:
                component.refuse(
                    "rows-content",
                    _("Rows hold simple fields only, no groups, texts, signatures or rows within rows."),
                    _("Move “%(id)s” out of the rows.", id=part.id),
                )
        if not columns:
            component.refuse("rows-empty", _("Rows need at least one field."), _("Add fields to the rows."))
        return tuple(columns)


def _label(component: Component) -> str:
    for name in ("label", "dateLabel", "timeLabel"):
        if component.has(name):
            return component.text(name, limit=LABEL_LIMIT)
    return ""


def _properties(component: Component) -> dict[str, str]:
    values = component.raw("properties")
    if not isinstance(values, dict):
        return {}
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _sections(parts: tuple[Part, ...]) -> Iterator[Group]:
    """Yield the groups of the first level; parts that stand outside of any form untitled ones."""
    loose: list[Part] = []
    for part in parts:
        if isinstance(part, Group):
            if loose:
                yield Group(id="", title="", parts=tuple(loose))
                loose = []
            yield part
        else:
            loose.append(part)
    if loose:
        yield Group(id="", title="", parts=tuple(loose))
