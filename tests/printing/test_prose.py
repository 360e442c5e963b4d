from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.printing.prose import blocks_of


def text_of(block: dict[str, object]) -> str:
    runs = block["runs"]
    assert isinstance(runs, list)
    return "".join(run["text"] for run in runs)


def test_a_text_becomes_blocks_with_marked_runs() -> None:
    heading, paragraph = blocks_of("# Purpose\n\nParts are **checked *twice*** with `AQL`.\\\nThen stored.")

    assert (heading["kind"], heading["level"], text_of(heading)) == ("heading", 1, "Purpose")
    assert text_of(paragraph) == "Parts are checked twice with AQL.\nThen stored."
    marks = {run["text"]: {mark for mark, is_on in run.items() if is_on is True} for run in paragraph["runs"]}
    assert marks["checked "] == {"strong"}
    assert marks["twice"] == {"strong", "emph"}
    assert marks["AQL"] == {"code"}


def test_lists_quotes_tables_and_code_keep_their_shape() -> None:
    listed, quote, table, code, rule = blocks_of(
        "3. one\n   - inner\n4. two\n\n> said\n\n"
        "| a | b |\n|---|---|\n| 1 | ~~2~~ |\n\n```\nx = 1\n```\n\n---\n"
    )

    assert (listed["ordered"], listed["start"], len(listed["items"])) == (True, 3, 2)
    assert listed["items"][0][1]["ordered"] is False
    assert text_of(quote["blocks"][0]) == "said"
    assert [run["text"] for cell in table["header"] for run in cell] == ["a", "b"]
    assert table["rows"][0][1][0]["struck"] is True
    assert (code["text"], rule) == ("x = 1", {"kind": "rule"})


def test_no_heading_level_is_skipped() -> None:
    levels = [block["level"] for block in blocks_of("### a\n\n# b\n\n#### c\n\n###### d\n\n## e")]

    assert levels == [1, 1, 2, 3, 2]


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("[x](https://example.org/a)", "https://example.org/a"),
        ("[x](mailto:eva@example.org)", "mailto:eva@example.org"),
        ("[x](/etc/passwd)", ""),
        ("[x](ftp://example.org)", ""),
    ],
)
def test_only_links_that_lead_to_pages_and_mail_are_kept(written: str, link: str) -> None:
    (paragraph,) = blocks_of(written)

    assert [(run["text"], run["link"]) for run in paragraph["runs"]] == [("x", link)]


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", '#eval("1")', "$ x $", "[evil](javascript:alert(1))", "[x](file:///etc)"],
)
def test_what_is_no_markdown_stays_the_words_that_were_typed(typed: str) -> None:
    (paragraph,) = blocks_of(typed)

    assert text_of(paragraph) == typed


@given(st.text(alphabet="#*_-`[]()!<>|\\ \n1a~&;:", max_size=200))
def test_any_text_becomes_blocks(text: str) -> None:
    kinds = {"heading", "paragraph", "list", "quote", "code", "table", "rule"}

    assert {block["kind"] for block in blocks_of(text)} <= kinds
