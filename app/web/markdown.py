"""How an author's Markdown becomes a page: rendered without raw HTML, cleaned, an anchor per section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 400_000
HIGHEST_LEVEL = 3  # the page around has a title and a heading of its own
_TAGS = frozenset(
    {
        "p",
        "br",
        "hr",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"scope"},
    **{f"h{level}": {"id"} for level in range(HIGHEST_LEVEL, 7)},
}
_SCHEMES = frozenset({"http", "https", "mailto"})
_NOT_A_WORD = re.compile(r"[^\w]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text. Shape: `level` 1 is the highest in the text; `anchor` is unique in it."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as a page shows it. `html` holds nothing that acts; `headings` in their order."""

    html: str
    headings: tuple[Heading, ...]


def render(markdown: str) -> Rendered:
    """Return the text as cleaned HTML with its headings.

    Shape: headings begin at the third level of the page; raw HTML of an author is shown, never taken;
    pictures and other things from elsewhere are left out.
    """
    reader = _reader()
    tokens = reader.parse(markdown[:LONGEST])
    headings = _anchored(tokens)
    html = reader.renderer.render(tokens, reader.options, {})
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )
    return Rendered(cleaned, headings)


def sections_of(markdown: str) -> tuple[str, ...]:
    """Return the words of the headings of a text, in their order."""
    return tuple(heading.text for heading in _anchored(_reader().parse(markdown[:LONGEST])))


def plain_words(markdown: str) -> str:
    """Return the words of a text without its signs, for search."""
    tokens = _reader().parse(markdown[:LONGEST])
    parts = (_words(token) if token.type == "inline" else token.content for token in tokens)
    return " ".join(" ".join(part for part in parts if part).split())


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
    return reader.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])


def _anchored(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """Give every heading its place on the page and an anchor of its own.

    Effects: whatever level a text begins with and skips, the page around it has no gap in its outline.
    """
    seen: Counter[str] = Counter()
    found = []
    above: list[int] = []
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        level = int(opening.tag[1:])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        opening.tag = closing.tag = f"h{min(HIGHEST_LEVEL - 1 + len(above), 6)}"
        words = _words(inline)
        stem = "s-" + (_NOT_A_WORD.sub("-", words.casefold()).strip("-")[:60] or "section")
        seen[stem] += 1
        anchor = stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
        opening.attrSet("id", anchor)
        found.append(Heading(level, words, anchor))
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    return tuple(found)


def _words(inline: Token) -> str:
    parts = (
        " " if child.type in {"softbreak", "hardbreak"} else child.content for child in inline.children or ()
    )
    return " ".join("".join(parts).split())
