"""Reads the post of a plain HTML form, so that everything works without JavaScript.

Names are those the field macros write: `title`, in rows `actions.0.owner`, five whys `whys.0.answer`,
fishbones `causes.people.0.text`. Names that begin with `_` belong to the page: `_rows` is the button that
adds (`add:actions`) or removes (`remove:actions.2`) a row, `_remove.<key>` the files to take off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.workflow.forms.model import (
    FISHBONE_CATEGORIES,
    ChoiceSettings,
    Field,
    FormDefinition,
    Kind,
    RecordSettings,
    RowsSettings,
)

ROW_BUTTON = "_rows"
ROW_PLACE = "__row__"
VIEW_STATES = {"open": "open", "root": "followed", "out": "ruled_out"}

_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_BUTTON = re.compile(r"(?:add:([A-Za-z0-9_.]{1,140})|remove:([A-Za-z0-9_.]{1,140})\.(\d{1,4}))", re.ASCII)
_IN_ROW = re.compile(r"\d{1,4}\.[A-Za-z0-9_]{1,63}", re.ASCII)
_SHAPES = {
    Kind.ROWS: _IN_ROW,
    Kind.FIVE_WHY: _IN_ROW,
    Kind.FISHBONE: re.compile(r"[a-z]{1,20}\.\d{1,4}\.[a-z]{1,20}", re.ASCII),
}

Post = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class RowWish:
    """A wish to add a row to the list `key`, or to remove its row `number`."""

    key: str
    number: int | None = None


def row_wish(post: Post) -> RowWish | None:
    """Return which row the post wants added or removed, None when the answers are to be sent."""
    match = _BUTTON.fullmatch(_last(post.get(ROW_BUTTON, ())))
    if match is None:
        return None
    return RowWish(match[1]) if match[1] else RowWish(match[2], int(match[3]))


def parse_post(form: FormDefinition, post: Post, *, attached: Post | None = None) -> dict[str, Any]:
    """Return the raw answers of a post, for `validate` or, after a row button, for `present`.

    Shape: `attached` holds ids of files by name (`proof`, `actions.0.proof`): those kept from the draft and
    those just uploaded; ids posted as `_remove.<name>` are taken off. Names the form does not have come
    through as they are, so that they are refused and not lost. Rows left blank are dropped, except after a
    button.
    """
    fields = form.by_key()
    names = {name: values for name, values in post.items() if not _is_of_page(name)}
    files = _without_removed(attached or {}, post)
    wish = row_wish(post)
    raw: dict[str, Any] = {}
    for key, found in fields.items():
        own = _below(names, key)
        if found.kind is Kind.ROWS:
            _put(raw, key, _rows(found, own, _below(files, key), wish))
        elif found.kind is Kind.FILE:
            _put(raw, key, list(files.get(key, ())) or None)
        elif found.kind is Kind.FIVE_WHY:
            _put(raw, key, _numbered(own, None))
        elif found.kind is Kind.FISHBONE:
            _put(raw, key, _fishbone(key, own, wish))
        elif key in names:
            raw[key] = _single(found, names[key])
    return raw | {name: _last(values) for name, values in names.items() if not _is_asked(fields, name)}


def _is_asked(fields: Mapping[str, Field], name: str) -> bool:
    """Tell whether the name is one the macros write for a field of the form."""
    key, dot, rest = name.partition(".")
    found = fields.get(key)
    if found is None:
        return False
    shape = _SHAPES.get(found.kind)
    return not dot if shape is None else bool(shape.fullmatch(rest))


def _is_of_page(name: str) -> bool:
    return name.startswith("_") or name == "csrf_token" or f".{ROW_PLACE}." in name


def _last(values: Sequence[str]) -> str:
    return values[-1] if values else ""


def _put(raw: dict[str, Any], key: str, value: Any) -> None:
    if value is not None:
        raw[key] = value


def _below(names: Post, key: str) -> dict[str, Sequence[str]]:
    prefix = f"{key}."
    return {name.removeprefix(prefix): values for name, values in names.items() if name.startswith(prefix)}


def _without_removed(attached: Post, post: Post) -> dict[str, list[str]]:
    return {
        name: [file_id for file_id in ids if file_id not in post.get(f"_remove.{name}", ())]
        for name, ids in attached.items()
    }


def _single(found: Field, values: Sequence[str]) -> Any:
    settings = found.settings
    if isinstance(settings, ChoiceSettings | RecordSettings) and settings.is_multiple:
        return [value for value in values if value]
    return _last(values)


def _by_number(names: Post) -> dict[int, dict[str, Sequence[str]]]:
    """Group names by the row number in front; what has none is no part of a row."""
    rows: dict[int, dict[str, Sequence[str]]] = {}
    for name, values in names.items():
        number, _dot, rest = name.partition(".")
        if _NUMBER.fullmatch(number) and rest:
            rows.setdefault(int(number), {})[rest] = values
    return dict(sorted(rows.items()))


def _rows(found: Field, own: Post, files: Post, wish: RowWish | None) -> list[Any] | None:
    settings = found.settings
    assert isinstance(settings, RowsSettings)
    posted, attached = _by_number(own), _by_number(files)
    rows = {
        number: _row(settings, posted.get(number, {}), attached.get(number, {}))
        for number in sorted({*posted, *attached})
    }
    if not settings.allows_add_remove:
        # A browser sends nothing for a row of unticked boxes; its place must not be taken by the next.
        most = min(max(rows, default=-1) + 1, settings.max_items + 1)
        return [rows.get(number, {}) for number in range(most)] or None
    if wish is not None and wish.key == found.key:
        return _granted(rows, wish)
    kept = [row for row in rows.values() if wish is not None or any(row.values())]
    return kept if kept or rows else None


def _granted(rows: dict[int, dict[str, Any]], wish: RowWish) -> list[Any]:
    if wish.number is None:
        return [*rows.values(), {}]
    return [row for number, row in rows.items() if number != wish.number]


def _row(settings: RowsSettings, posted: Post, files: Post) -> dict[str, Any]:
    known = {column.key: column for column in settings.columns}
    row = {
        name: _single(known[name], values) if name in known else _last(values)
        for name, values in posted.items()
    }
    attached = {name: list(ids) for name, ids in files.items() if name in known and ids}
    return {**row, **attached}


def _numbered(own: Post, wish: RowWish | None) -> list[dict[str, str]] | None:
    rows = {
        number: {name: _last(values) for name, values in row.items()}
        for number, row in _by_number(own).items()
    }
    if wish is not None and wish.number is not None:
        rows.pop(wish.number, None)
    kept = [
        row for row in rows.values() if any(text.strip() for name, text in row.items() if name != "status")
    ]
    if wish is not None and wish.number is None:
        kept.append({})
    return kept if rows or kept else None


def _fishbone(key: str, own: Post, wish: RowWish | None) -> dict[str, Any] | None:
    bones: dict[str, Any] = {}
    for category in FISHBONE_CATEGORIES:
        meant = wish if wish is not None and wish.key == f"{key}.{category}" else None
        causes = _numbered(_with_status(_below(own, category)), meant)
        _put(bones, category, causes)
    return bones or None


def _with_status(names: Post) -> Post:
    """Translate the page's word for the state of a cause into the stored one."""
    return {
        re.sub(r"\.state$", ".status", name): [VIEW_STATES.get(value, value) for value in values]
        if name.endswith(".state")
        else values
        for name, values in names.items()
    }
