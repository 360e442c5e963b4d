"""Plain values the field macros draw. They hold no markup; escaping is the template's work.

The names are those of the macros' own field view, so a form is drawn by the same macros as every other field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.foundation.errors import Problem
from app.workflow.forms.context import Filled
from app.workflow.forms.model import Choice


class Mode(StrEnum):
    """What the page is for."""

    EDIT = "edit"
    READ = "read"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that is attached; `key` is its id, `size` in words."""

    key: str
    name: str
    size: str
    url: str


@dataclass(frozen=True, slots=True)
class RiskCell:
    """One cell of a risk matrix. `band` is low, med, high or max; `value` is what is posted."""

    score: int
    band: str
    word: str
    value: str


@dataclass(frozen=True, slots=True)
class RiskGrid:
    """A risk matrix: rows from the most to the least likely, columns from the mildest to the worst."""

    likelihoods: tuple[str, ...]
    severities: tuple[str, ...]
    cells: tuple[tuple[RiskCell, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field in the state in which it is drawn.

    Shape: `kind` is the component type, or `group`, `text`, `separator`, `spacer`; `key` is the name that is
    posted (`actions.0.title`); `value` is text, a truth value, a list of texts, of `FileView`s or of
    mappings; `parts` are the fields of a group; `rows` those of each row, `blank` those of a row to come;
    `signature` is what whoever shows a signed form puts there.
    """

    key: str
    kind: str
    label: str = ""
    value: Any = None
    help: str = ""
    need: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    is_required: bool = False
    is_readonly: bool = False
    is_disabled: bool = False
    is_computed: bool = False
    origin: Filled | None = None
    limits: Mapping[str, str | int] = field(default_factory=dict)
    subtype: str = ""
    unit: str = ""
    parts: tuple[FieldView, ...] = ()
    rows: tuple[tuple[FieldView, ...], ...] = ()
    blank: tuple[FieldView, ...] = ()
    most: int | None = None
    is_multiple: bool = False
    matrix: RiskGrid | None = None
    signature: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A numbered part of the page. `state` is done, here or ahead."""

    id: str
    number: int
    title: str
    help: str
    state: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form in the state in which it is drawn.

    Shape: `problems` in the order of the page, `labels` name the field of each problem's place; `hidden`
    are the keys that conditions hide; `has_files` asks for an upload form.
    """

    key: str
    title: str
    mode: Mode
    sections: tuple[SectionView, ...]
    problems: tuple[Problem, ...]
    labels: Mapping[str, str]
    hidden: frozenset[str]
    has_files: bool
    form_digest: str
