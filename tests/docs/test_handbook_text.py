from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.cli.commands import main
from app.decisions.feel import compile_expression, to_json

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
HAND_WRITTEN = [page for page in PAGES if "reference" not in page.parts]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text()):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


def test_every_picture_of_the_handbook_is_shown() -> None:
    shown = {Path(link).name for page in PAGES for link in LINK.findall(page.read_text())}
    kept = {file.name for file in (ROOT / "docs/images").glob("handbook-*.png")}

    assert kept - shown == set()


def test_every_chapter_is_reached_from_the_index() -> None:
    reached = {
        (ROOT / "docs" / link.partition("#")[0])
        for link in LINK.findall(PAGES[0].parent.joinpath("index.md").read_text())
    }

    assert set(PAGES) - reached - {ROOT / "docs/index.md"} == set()


def test_pictures_have_words_for_those_who_do_not_see_them() -> None:
    assert [page.name for page in PAGES if re.search(r"!\[\s*\]", page.read_text())] == []


def test_every_command_named_is_there() -> None:
    text = "\n".join(page.read_text() for page in HAND_WRITTEN)
    named = set(re.findall(r"^(?:KEEL_\w+=\S+ )*keel (\w+)|`keel (\w+)", text, re.MULTILINE))

    assert {one or other for one, other in named} - set(main.commands) == set()


def test_operations_names_every_setting_of_the_environment() -> None:
    read = set(re.findall(r'"(KEEL_\w+)"', (ROOT / "config.py").read_text()))
    table = (ROOT / "docs/operations.md").read_text().partition("## Reach")[0]

    assert set(re.findall(r"KEEL_\w+", table)) == read


def test_the_expressions_of_the_handbook_give_what_it_says() -> None:
    text = (ROOT / "docs/handbook/admin.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", text, re.MULTILINE)

    found = {written: to_json(compile_expression(written).evaluate({})) for written, _ in rows}

    assert len(rows) == 10
    assert found == {written: json.loads(result) for written, result in rows}
