from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from app.web.markdown import plain_words, render, sections_of

TEXT = """# Incoming inspection

Parts are **checked** before they are stored.

## Sampling & release

| Lot | Sample |
|---|---|
| 1-90 | 5 |

## Sampling & release

1. Take the sample.
2. ~~Sign.~~ Note the result.
"""


def test_text_becomes_a_page_below_the_page_s_own_headings() -> None:
    html = render(TEXT).html

    assert '<h3 id="s-incoming-inspection">Incoming inspection</h3>' in html
    assert "<strong>checked</strong>" in html
    assert '<th scope="col">Lot</th>' in html
    assert "<s>Sign.</s>" in html


@pytest.mark.parametrize(
    ("levels", "drawn"),
    [
        ((1, 2, 3), (3, 4, 5)),
        ((2, 2, 3), (3, 3, 4)),
        ((1, 3, 3), (3, 4, 4)),
        ((3, 1, 6), (3, 3, 4)),
        ((6,), (3,)),
    ],
)
def test_the_outline_of_a_page_has_no_gap(levels: tuple[int, ...], drawn: tuple[int, ...]) -> None:
    html = render("\n\n".join(f"{'#' * level} Part" for level in levels)).html

    assert tuple(int(level) for level in re.findall(r"<h(\d)", html)) == drawn


def test_headings_have_anchors_of_their_own() -> None:
    headings = render(TEXT).headings

    assert [(heading.level, heading.anchor) for heading in headings] == [
        (1, "s-incoming-inspection"),
        (2, "s-sampling-release"),
        (2, "s-sampling-release-2"),
    ]
    assert sections_of(TEXT)[1] == "Sampling & release"


class Shown(HTMLParser):
    """What a browser would see: tags, the names of their attributes, where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        '<img src=x onerror="alert(1)">',
        "<style>*{display:none}</style>",
        '[x](https://evil.example "a\\" onmouseover=\\"alert(1)")',
        "# <svg onload=alert(1)>",
        "<a href='data:text/html,x'>x</a>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_that_acts_survives(hostile: str) -> None:
    shown = Shown()
    shown.feed(render(hostile).html)

    assert shown.tags <= {"p", "a", "h3"}
    assert shown.attributes <= {"href", "title", "rel", "id"}
    assert all(address.startswith("https://") for address in shown.addresses)


def test_links_open_no_door_back() -> None:
    assert 'rel="noopener noreferrer"' in render("[clause](https://example.com)").html


def test_the_words_are_found_without_their_signs() -> None:
    assert plain_words("## Lot **2602**\n\nTake `5` of\n- each") == "Lot 2602 Take 5 of each"


@pytest.mark.parametrize("bomb", ["> " * 5_000 + "x", "[" * 20_000, "*a_ " * 20_000, "- " * 3_000 + "x"])
def test_deep_texts_are_rendered_all_the_same(bomb: str) -> None:
    assert isinstance(render(bomb).html, str)
