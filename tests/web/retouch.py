"""Marks every text somebody may have typed: in tables, in the names of diagrams, in the labels of forms.

A column that holds sentences is marked unless it is named below, so a column added later is marked too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lxml import etree
from sqlalchemy import JSON, Column, Connection, String, Table, Text, select, text, update

from app.foundation.db import Base
from app.workflow.bundles import Bundle

Mark = Callable[[str], str]
SENTENCE = 100  # a column that holds so many signs holds sentences; keys and codes are shorter
WRITTEN_BY_KEEL = frozenset(
    {
        "password_hash",
        "pin_hash",
        "definition_label",
        "element_id",
        "call_id",
        "key",
        "correlation_key",
        "source",
        "recurrence_key",
        "systemic_key",
        "cause_key",
        "search_text",
        "restricted_to",
        "message_name",
        "media_type",
        "recipient",
        "mail",
        "requirement",
        "revision_key",
        "subject_key",
    }
)
SHORT_SENTENCES = frozenset({"saved_view.name", "nonconformity_lot.unit", "person.user_name", "site.code"})
NAMED_ELEMENTS = frozenset(
    {
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "boundaryEvent",
        "exclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "sequenceFlow",
        "lane",
        "participant",
        "callActivity",
    }
)
FORMULAS = frozenset({"condition", "only_if"})  # of approval chains: written, but for the machine
TYPED_WORDS = frozenset({"name", "unit", "currency"})  # single words that people type into forms
FORM_TEXTS = frozenset({"label", "description", "text", "title", "help"})


def retouch(connection: Connection, mark: Mark) -> None:
    """Mark the texts of all rows. Triggers that refuse changes are dropped: this database is thrown away."""
    connection.execute(text("PRAGMA foreign_keys = OFF"))
    for (name,) in connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuse_%'")
    ).all():
        connection.execute(text(f"DROP TRIGGER {name}"))
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if _is_typed(column)]
        if columns:
            _retouch_rows(connection, table, columns, mark)


def _is_typed(column: Column[Any]) -> bool:
    if column.name in WRITTEN_BY_KEEL or column.table.name in {"setting", "throttle_counter"}:
        return False
    if isinstance(column.type, JSON | Text):
        return True
    is_long = isinstance(column.type, String) and (column.type.length or SENTENCE) >= SENTENCE
    return is_long or f"{column.table.name}.{column.name}" in SHORT_SENTENCES


def _retouch_rows(connection: Connection, table: Table, columns: list[Column[Any]], mark: Mark) -> None:
    keys = list(table.primary_key)
    for row in connection.execute(select(*keys, *columns)).mappings().all():
        values = {column.name: _marked(row[column], mark) for column in columns if row[column]}
        here = [key == row[key] for key in keys]
        if values:
            connection.execute(update(table).where(*here).values(values))


def _marked(value: Any, mark: Mark) -> Any:
    """Mark a text; in JSON every sentence, that is every value with a blank in it."""
    if isinstance(value, str):
        if value.startswith(("{", "[")) and value.endswith(("}", "]")):
            return json.dumps(_marked_inside(json.loads(value), mark))
        return mark(value)
    return _marked_inside(value, mark)


def _marked_inside(value: Any, mark: Mark) -> Any:
    if isinstance(value, dict):
        return {key: _marked_part(key, inner, mark) for key, inner in value.items()}
    if isinstance(value, list):
        return [_marked_inside(inner, mark) for inner in value]
    return mark(value) if isinstance(value, str) and " " in value else value


def _marked_part(key: str, value: Any, mark: Mark) -> Any:
    if key in FORMULAS:
        return value
    return (
        mark(value)
        if key in TYPED_WORDS and isinstance(value, str) and value
        else _marked_inside(value, mark)
    )


def retouched_bundle(bundle: Bundle, mark: Mark) -> Bundle:
    """Return the bundle with the names and texts of its diagram and the words of its forms marked."""
    return Bundle(
        key=bundle.key,
        diagram=_retouched_diagram(bundle.diagram, mark),
        tables=bundle.tables,
        forms={name: _retouched_form(content, mark) for name, content in bundle.forms.items()},
        parts={key: retouched_bundle(part, mark) for key, part in bundle.parts.items()},
    )


def _retouched_diagram(diagram: bytes, mark: Mark) -> bytes:
    root = etree.fromstring(diagram)
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in NAMED_ELEMENTS and element.get("name"):
            element.set("name", mark(element.get("name", "")))
        if name == "documentation" and element.text:
            element.text = mark(element.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _retouched_form(content: bytes, mark: Mark) -> bytes:
    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: mark(inner) if key in FORM_TEXTS and isinstance(inner, str) and inner else walk(inner)
                for key, inner in value.items()
            }
        return [walk(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps(walk(json.loads(content))).encode()
