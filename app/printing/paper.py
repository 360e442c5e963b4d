"""What a paper says: title, facts, prose, tables, pictures and signatures, as plain values.

Nothing here is markup: every word reaches Typst as data, so what somebody typed cannot become code or layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

Runs = Sequence[Mapping[str, Any]]  # pieces of a line, see `prose`


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. Shape: `level` counts from 1, below the title; a level is never skipped."""

    text: str
    level: int = 1
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of plain words; `is_quiet` is for remarks."""

    text: str
    is_quiet: bool = False
    kind: str = "words"


@dataclass(frozen=True, slots=True)
class Prose:
    """Written text with headings, lists and tables. Shape: blocks as `prose.blocks_of` makes them."""

    blocks: Sequence[Mapping[str, Any]]
    kind: str = "prose"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, in two columns."""

    pairs: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row; rows have as many cells as there are columns.

    Units: `widths` are shares of the line, none for equal ones.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    widths: Sequence[int] = ()
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the paper: the key of an enclosure (PNG, JPEG, GIF, WebP or SVG), and its words."""

    enclosure: str
    text: str
    caption: str = ""
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as it is shown. Shape: `when` is written out with its zone; `proof` says how it holds."""

    name: str
    meaning: str
    when: str
    proof: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The manifest of signatures; the column titles come with it, in the paper's language."""

    titles: tuple[str, str, str, str]
    lines: Sequence[Signature]
    kind: str = "signatures"


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""

    kind: str = "new_page"


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages of an enclosed PDF, framed by this paper's head and foot; `text` says what they are."""

    enclosure: str
    text: str
    kind: str = "pages"


Part = Heading | Words | Prose | Facts | Table | Picture | Signatures | NewPage | Pages


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file a paper needs: its bytes, or where they lie.

    Shape: one with `attached_as` travels inside the PDF under that name, with `note` as its description.
    """

    content: bytes | Path
    media_type: str
    attached_as: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A whole paper.

    Shape: `head` are the words at the top of each page (left, middle, right), `foot` those at the bottom,
        beside the page's number; `page_words` is such as `Page {page} of {pages}`; `language` a BCP 47 tag;
        `watermark` lies across each page when there is one; `missing_sign` is said when the fonts lack a
        sign of the text.
    """

    title: str
    language: str
    made_at: datetime
    head: tuple[str, str, str]
    foot: str
    page_words: str
    missing_sign: str
    parts: Sequence[Part]
    subtitle: str = ""
    watermark: str = ""
    enclosures: Mapping[str, Enclosure] = field(default_factory=dict)

    @property
    def holds_pages(self) -> bool:
        """Tell whether pages of another PDF are drawn in; those cannot be vouched for as PDF/A."""
        return any(isinstance(part, Pages) for part in self.parts)

    def as_data(self) -> dict[str, Any]:
        """Return the paper as JSON values, without the bytes of its enclosures."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "language": self.language,
            "made_at": [self.made_at.year, self.made_at.month, self.made_at.day],
            "head": list(self.head),
            "foot": self.foot,
            "page_words": self.page_words,
            "missing_sign": self.missing_sign,
            "watermark": self.watermark,
            "parts": [asdict(part) for part in self.parts],
        }
