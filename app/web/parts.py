"""Plain values the macros draw. Presenters of the pages build them; they hold no query and no markup.

An icon is always given by keyword, because the build finds the icons in use by `icon="…"`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Link:
    """A door: where it leads and what it says."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A status. `kind` is empty, ok, warn, bad, note, accent, line, low, med, high or max."""

    text: str
    kind: str = ""
    icon: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Severity:
    """A severity from 1 (least) to 5 (worst) and its word."""

    level: int
    word: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person as shown in a list or a deed."""

    name: str
    initials: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of a thing; `count` None is not shown."""

    label: str
    url: str
    is_current: bool = False
    count: int | str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a record. `state` is done, here or ahead; `part` (0 to 1) fills the present one."""

    name: str
    state: str = "ahead"
    note: str = ""
    part: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One box of the strip. `state` is done, here or ahead; `kind` is task, gate or end."""

    name: str = ""
    state: str = "ahead"
    kind: str = "task"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the panel that says why you, until when, and what then."""

    icon: str = field(kw_only=True)
    title: str
    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value; `note` is said quietly after it."""

    name: str
    value: str
    url: str = ""
    note: str = ""
    person: Person | None = None


class Stretch(Protocol):
    """A stretch of a snippet, marked when it is what was looked for."""

    @property
    def text(self) -> str:
        """Return its words."""

    @property
    def is_hit(self) -> bool:
        """Tell whether it is what was looked for."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that belongs to this one, or was found; `snippet` is where in its text."""

    icon: str = field(kw_only=True)
    number: str
    url: str
    title: str
    chip: Chip | None = None
    snippet: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that must hold before a record can close. `state` is open, wait or met."""

    text: str
    state: str = "open"
    detail: str = ""
    door: Link | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as evidence.

    Shape: `mark` is the shortened hash of what was signed, `sha256` the whole of it, `form` what version was
    signed; `time` is the signer's own clock with its zone, without it the moment is shown as the reader reads
    it; `state` says whether it still stands, `is_valid` draws it so.
    """

    name: str
    meaning: str
    at: datetime
    method: str
    mark: str
    form: str
    on_behalf_of: str = ""
    about: str = ""
    time: str = ""
    reason: str = ""
    is_refusal: bool = False
    is_valid: bool = True
    state: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of a timeline. A person's deed shows the person, a system's an icon."""

    text: str
    at: date | datetime
    person: Person | None = None
    icon: str = field(default="", kw_only=True)
    detail: str = ""
    link: Link | None = None
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of work: verb first, then number, matter, site."""

    title: str
    url: str
    icon: str = field(kw_only=True)
    meta: tuple[str, ...] = ()
    due: date | datetime | None = None
    chip: Chip | None = None
    stages: tuple[Stage, ...] = ()
    note: str = ""
    is_current: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Shape: `kind` is text, number, date, past, due, chip, severity, person, link, title or muted;
    `direction` is empty, ascending or descending; `on_phone` False hides it on cards.
    """

    key: str
    label: str
    kind: str = "text"
    sort_url: str = ""
    direction: str = ""
    on_phone: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition of a list, as a sentence: `Site is` `Umeå`."""

    name: str
    value: str
    remove_url: str
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A figure that is a door to exactly the rows it counts."""

    label: str
    figure: int | str
    url: str
    change: str = ""
    is_bad: bool = False
    icon: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Stat:
    """A card of a dashboard. `verdict` is good, bad or empty, decided by meaning and not by direction."""

    title: str
    figure: str
    url: str
    unit: str = ""
    change: str = ""
    verdict: str = ""
    icon: str = field(default="", kw_only=True)
    computed: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell of a risk matrix. `band` is low, med, high or max; `count` 0 shows nothing."""

    score: int
    band: str
    word: str
    value: str = ""
    count: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class MatrixMove:
    """An arrow over a risk matrix, from one cell to another. Units: percent of its width and height.

    Shape: `is_waiting` when nobody has agreed to it yet; it begins where another arrow ends.
    """

    label: str
    from_x: float
    from_y: float
    to_x: float
    to_y: float
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """A risk matrix: rows from the most to the least likely, columns from the mildest to the worst.

    Shape: `moves` are drawn over it; `moves_words` say the same for those who do not see them.
    """

    likelihoods: tuple[str, ...]
    severities: tuple[str, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    caption: str = ""
    moves: tuple[MatrixMove, ...] = ()
    moves_words: str = ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a heat table: `heat` from 0 to 5; `title` says in words what the shade tells."""

    figure: str
    heat: int
    url: str = ""
    change: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """A heat table: one hue, a figure in every cell."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]
    corner: str = ""
