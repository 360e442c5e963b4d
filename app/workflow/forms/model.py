"""What a form is, once read: plain, frozen and typed. Order is the order on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from app.workflow.forms.expressions import Rule
from app.workflow.forms.patterns import SafePattern

MOST_CHARACTERS = 20_000
LONGEST_TEXT = 200_000  # of a text that is written in Markdown
SCOPE_NAMES = frozenset({"record", "task", "settings", "decision"})
FISHBONE_CATEGORIES = ("people", "machine", "method", "material", "measurement", "environment")
CAUSE_STATUSES = ("open", "followed", "ruled_out")


class Kind(StrEnum):
    """The kinds of field that carry an answer. Values are the component types of the form's JSON."""

    TEXT = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    MOMENT = "datetime"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    RADIO = "radio"
    SELECT = "select"
    TAGLIST = "taglist"
    COMPUTED = "expression"
    PERSON = "keel-person"
    RECORD = "keel-record"
    FILE = "keel-file"
    RISK_MATRIX = "keel-risk-matrix"
    ROWS = "keel-rows"
    FIVE_WHY = "keel-five-why"
    FISHBONE = "keel-fishbone"
    SIGNATURE = "keel-signature"


class Moment(StrEnum):
    """What a `datetime` field asks for."""

    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"


class TimeFormat(StrEnum):
    """How a moment is written: with the person's offset, in UTC, or as on the clock on the wall."""

    UTC_OFFSET = "utc_offset"
    UTC_NORMALIZED = "utc_normalized"
    NO_TIMEZONE = "no_timezone"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSettings:
    """Shape: lengths count characters of the trimmed text; `format` is email, phone or empty."""

    min_length: int | Rule | None = None
    max_length: int | Rule | None = None
    pattern: SafePattern | None = None
    pattern_message: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSettings:
    """Shape: `decimal_digits` 0 asks for a whole number, None for any; bounds are inclusive."""

    decimal_digits: int | None = None
    increment: Decimal | None = None
    minimum: Decimal | Rule | None = None
    maximum: Decimal | Rule | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentSettings:
    """Units: `interval` is minutes between the times offered, 0 for any."""

    subtype: Moment = Moment.DATE
    time_format: TimeFormat = TimeFormat.UTC_OFFSET
    interval: int = 0
    disallows_passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSettings:
    """Shape: either the fixed `options`, or a `source` that yields texts or mappings of label and value."""

    options: tuple[Choice, ...] = ()
    source: Rule | None = None
    is_multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """Who may be named: people with the role (empty: anyone)."""

    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSettings:
    """Which kinds of record may be linked."""

    kinds: tuple[str, ...]
    is_multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """Shape: `types` are media types (`image/*`) or endings (`.pdf`), empty for any. Units: bytes."""

    types: tuple[str, ...] = ()
    max_size: int = 25 * 1024 * 1024
    is_multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveWhySettings:
    """How many whys must and may be answered."""

    min_answers: int = 1
    max_answers: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSettings:
    """What the person stands for by signing."""

    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedSettings:
    """The expression that gives the answer; it is computed on the server, never taken from the browser."""

    expression: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsSettings:
    """Repeated rows. `columns` are fields; their expressions see the row before the rest of the form."""

    columns: tuple[Field, ...]
    column_order: tuple[str, ...]
    min_items: int = 0
    max_items: int = 100
    allows_add_remove: bool = True
    default_rows: int = 0

    def column(self, key: str) -> Field:
        """Return the column of that key."""
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True, slots=True)
class NoSettings:
    """Nothing beyond what every field has (checkbox, risk matrix, fishbone)."""


Settings: TypeAlias = (
    "TextSettings | NumberSettings | MomentSettings | ChoiceSettings | PersonSettings | RecordSettings"
    " | FileSettings | FiveWhySettings | SignatureSettings | ComputedSettings | RowsSettings | NoSettings"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question.

    Shape: `conditions` hide the field when any of them is true: its own and those of the groups around it;
    `properties` are the free key-value pairs of the form editor (`pii`, `searchable`, `isoClause`,
    `format` with the value `markdown`).
    """

    id: str
    key: str
    kind: Kind
    label: str
    help: str = ""
    settings: Settings = field(default_factory=NoSettings)
    is_required: bool = False
    is_disabled: bool = False
    readonly: bool | Rule = False
    conditions: tuple[Rule, ...] = ()
    default: Any = None
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_markdown(self) -> bool:
        """Tell whether the answer is a text in Markdown, which is shown as a page and may be long."""
        return self.kind is Kind.TEXTAREA and self.properties.get("format") == "markdown"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the expressions on which the answer, not only its check, depends."""
        found = list(self.conditions)
        if isinstance(self.readonly, Rule):
            found.append(self.readonly)
        if isinstance(self.settings, ComputedSettings):
            found.append(self.settings.expression)
        if isinstance(self.settings, RowsSettings):
            found += [rule for column in self.settings.columns for rule in column.rules]
        return tuple(found)

    @property
    def limits(self) -> tuple[Rule, ...]:
        """Return the expressions that only bound the answer or offer its options."""
        found: list[Any] = []
        match self.settings:
            case TextSettings():
                found = [self.settings.min_length, self.settings.max_length]
            case NumberSettings():
                found = [self.settings.minimum, self.settings.maximum]
            case ChoiceSettings():
                found = [self.settings.source]
            case RowsSettings():
                found = [rule for column in self.settings.columns for rule in column.limits]
            case _:
                pass
        return tuple(rule for rule in found if isinstance(rule, Rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Text, a line or a gap between fields. `text` is plain Markdown, never HTML."""

    id: str
    kind: str
    text: str = ""
    hide: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A titled part of the page. A group of the first level is a numbered section."""

    id: str
    title: str
    help: str = ""
    hide: Rule | None = None
    parts: tuple[Part, ...] = ()

    def fields(self) -> Iterator[Field]:
        """Yield the fields of the group and of the groups within it, in the order of the page."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.fields()
            elif isinstance(part, Field):
                yield part


Part: TypeAlias = "Field | Group | Note"


@dataclass(frozen=True, kw_only=True)
class FormDefinition:
    """A form ready for use.

    Shape: `order` lists every key so that each comes after all keys its conditions and computations name;
    `digest` is the SHA-256 of the form's canonical JSON, stored with each submission.
    """

    key: str
    title: str
    sections: tuple[Group, ...]
    order: tuple[str, ...]
    digest: str

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Return all fields in the order of the page; columns of rows stay inside their rows."""
        return tuple(found for section in self.sections for found in section.fields())

    @property
    def signature_field(self) -> Field | None:
        """Return the field that asks for a signature, None where the form asks for none."""
        return next((found for found in self.fields if found.kind is Kind.SIGNATURE), None)

    @property
    def signature(self) -> str:
        """Return what a signature under this form means, empty where the form asks for none."""
        found = self.signature_field
        return found.settings.meaning if found and isinstance(found.settings, SignatureSettings) else ""

    def by_key(self) -> dict[str, Field]:
        """Return the fields by key."""
        return {found.key: found for found in self.fields}
