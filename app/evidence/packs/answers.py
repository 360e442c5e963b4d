"""What somebody answered, as parts of a paper: labels with answers, tables for rows, prose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from math import isqrt
from typing import Any

from app.foundation.i18n import gettext as _
from app.printing.paper import Facts, Part, Prose, Table, Words
from app.printing.prose import blocks_of
from app.web.dates import answer_in_words
from app.web.reader import Reader
from app.workflow.forms.views import FieldView, FileView, FormView

_MOST_COLUMNS = 5  # more are too narrow to read
_THINNEST, _WIDEST = 5, 24
_LONG = 160  # beyond so many signs an answer gets lines of its own
_SILENT = frozenset(
    {"separator", "spacer", "image", "button", "iframe", "documentPreview", "html", "text", "keel-signature"}
)
_LISTS = frozenset({"dynamiclist", "keel-rows", "table"})


def answer_parts(form: FormView, reader: Reader, told: Mapping[str, str]) -> list[Part]:
    """Return what was answered in a form, in its order; questions left empty say so.

    Shape: `told` names the step that gave the same answer before, by key; lists are not told twice.
    """
    found: list[Part] = []
    pairs: list[tuple[str, str]] = []
    for view in _flat([one for section in form.sections for one in section.fields]):
        if view.kind in _LISTS and view.key in told:
            pairs.append((_(view.label), _("the same as in “%(step)s”", step=told[view.key])))
            continue
        parts = _own_parts(view, reader)
        if not parts:
            pairs.append((_(view.label), answer_words(view, reader) or _("not answered")))
            continue
        if pairs:
            found.append(Facts(pairs))
            pairs = []
        found += [Words(_(view.label), is_quiet=True), *parts]
    return [*found, Facts(pairs)] if pairs else found


def answer_words(view: FieldView, reader: Reader) -> str:
    """Return an answer in words, empty without one."""
    own = _WORDS.get(view.kind)
    if own is not None:
        return own(view)
    value = view.value
    if view.options:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(_(one.label) for one in view.options if one.value in chosen)
    if view.kind == "datetime" and value:
        return _moment(str(value), reader)
    if isinstance(value, list):
        return ", ".join(one.name if isinstance(one, FileView) else str(one) for one in value)
    return f"{value} {_(view.unit) if view.unit else ''}".strip() if value not in {None, ""} else ""


def _own_parts(view: FieldView, reader: Reader) -> Sequence[Part]:
    """Return the parts of an answer that does not fit beside its label."""
    if view.kind in _LISTS:
        return _rows(view, reader)
    if not isinstance(view.value, str) or not view.value.strip():
        return ()
    if view.subtype == "markdown":
        return (Prose(blocks_of(view.value)),)
    is_long = len(view.value) > _LONG or "\n" in view.value
    return (Words(view.value),) if view.kind == "textarea" and is_long else ()


def _rows(view: FieldView, reader: Reader) -> Sequence[Part]:
    rows = [[one for one in row if one.kind not in _SILENT] for row in view.rows]
    if not rows or not rows[0]:
        return ()
    columns = [_(one.label) for one in rows[0]]
    told = [[answer_words(one, reader) for one in row] for row in rows]
    if len(columns) <= _MOST_COLUMNS:
        cells = [_padded(row, len(columns)) for row in told]
        return (Table(columns, cells, widths=widths_of(columns, cells)),)
    sheets: list[Part] = []
    for number, row in enumerate(told, start=1):
        first = (_("Row"), str(number))
        sheets.append(
            Facts([first, *((label, text or _("not answered")) for label, text in zip(columns, row))])  # noqa: B905 - a row may be shorter
        )
    return sheets


def widths_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return how wide the columns are to each other: by what stands in them, none thinner than its words.

    Units: a share of the line.
    """
    longest = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    heads = [max((len(word) for word in column.split()), default=0) for column in columns]
    return tuple(
        max(_THINNEST, head, min(_WIDEST, isqrt(one) * 2)) for one, head in zip(longest, heads, strict=True)
    )


def _padded(row: Sequence[str], width: int) -> Sequence[str]:
    return [*row, *[""] * width][:width]


def _flat(views: Sequence[FieldView]) -> Iterator[FieldView]:
    for view in views:
        if view.kind == "group":
            yield from _flat(view.parts)
        elif view.kind not in _SILENT:
            yield view


def _risk_words(view: FieldView) -> str:
    for line in view.matrix.cells if view.matrix else ():
        for cell in line:
            if cell.value == view.value:
                likelihood, severity = cell.value.split("-")
                return _(
                    "%(score)s, %(band)s: likelihood %(likelihood)s, severity %(severity)s",
                    score=cell.score,
                    band=cell.word,
                    likelihood=likelihood,
                    severity=severity,
                )
    return ""


def _bones(view: FieldView) -> str:
    bones: Mapping[str, Any] = view.value or {}
    told = [
        f"{option.label}: {', '.join(str(cause['text']) for cause in bones.get(option.value, ()))}"
        for option in view.options
        if bones.get(option.value)
    ]
    return "; ".join(told)


def _moment(answer: str, reader: Reader) -> str:
    try:
        moment = datetime.fromisoformat(answer)
    except ValueError:
        return answer
    return answer_in_words(moment, is_bare_date=len(answer) == len("2026-03-17"), reader=reader)


def _whys(view: FieldView) -> str:
    return " → ".join(str(one["answer"]) for one in view.value or () if one.get("answer"))


_WORDS: Mapping[str, Callable[[FieldView], str]] = {
    "checkbox": lambda view: _("Yes") if view.value else _("No"),
    "keel-risk-matrix": _risk_words,
    "keel-five-why": _whys,
    "keel-fishbone": _bones,
}
