"""Turns Markdown into blocks of plain values for a paper. HTML in it stays the text that was typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

Block = dict[str, Any]
Run = dict[str, Any]
SAFE_LINKS = frozenset({"http", "https", "mailto"})
_MARKS = {"strong": "strong", "em": "emph", "s": "struck"}
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def blocks_of(markdown: str) -> list[Block]:
    """Return the blocks of a text.

    Shape: each block has a `kind`: heading (level, runs), paragraph (runs), list (ordered, start, items of
        blocks), quote (blocks), code (text), table (header, rows of cells of runs), rule. A run has `text`
        and its marks: strong, emph, struck, code, link. Heading levels are closed up: none is skipped.
    """
    tokens: Sequence[Token] = _PARSER.parse(markdown)
    blocks = [block for node in SyntaxTreeNode(tokens).children for block in _blocks(node)]
    _close_up(blocks)
    return blocks


def _blocks(node: SyntaxTreeNode) -> Iterator[Block]:
    if node.type == "heading":
        runs = _runs_in(node)
        if any(run["text"].strip() for run in runs):  # an empty heading would lead a reader nowhere
            yield {"kind": "heading", "level": int(node.tag[1:]), "runs": runs}
    elif node.type == "paragraph":
        yield {"kind": "paragraph", "runs": _runs_in(node)}
    elif node.type in {"bullet_list", "ordered_list"}:
        yield {
            "kind": "list",
            "ordered": node.type == "ordered_list",
            "start": int(node.attrs.get("start", 1)),
            "items": [_all_blocks(item) for item in node.children],
        }
    elif node.type == "blockquote":
        yield {"kind": "quote", "blocks": _all_blocks(node)}
    elif node.type in {"fence", "code_block"}:
        yield {"kind": "code", "text": node.content.rstrip("\n")}
    elif node.type == "table":
        yield _table(node)
    elif node.type == "hr":
        yield {"kind": "rule"}
    else:
        yield {"kind": "paragraph", "runs": [_run(node.content)]}


def _all_blocks(node: SyntaxTreeNode) -> list[Block]:
    """Return the blocks inside another; headings in lists and quotes are strong paragraphs."""
    found = [block for child in node.children for block in _blocks(child)]
    for block in found:
        if block["kind"] == "heading":
            block["kind"] = "paragraph"
            block["runs"] = [{**run, "strong": True} for run in block["runs"]]
    return found


def _table(node: SyntaxTreeNode) -> Block:
    rows = [[_runs_in(cell) for cell in row.children] for part in node.children for row in part.children]
    return {"kind": "table", "header": rows[0], "rows": rows[1:]}


def _runs_in(node: SyntaxTreeNode) -> list[Run]:
    return [run for inline in node.children for child in inline.children for run in _runs(child, {})]


def _runs(node: SyntaxTreeNode, marks: Run) -> Iterator[Run]:
    if node.type in _MARKS:
        yield from _inner(node, {**marks, _MARKS[node.type]: True})
    elif node.type == "link":
        href = str(node.attrs.get("href", ""))
        yield from _inner(node, {**marks, "link": href} if _is_safe(href) else marks)
    elif node.type == "code_inline":
        yield _run(node.content, {**marks, "code": True})
    elif node.type == "softbreak":
        yield _run(" ", marks)
    elif node.type == "hardbreak":
        yield _run("\n", marks)
    else:
        yield _run(node.content, marks)  # a picture leaves its words


def _inner(node: SyntaxTreeNode, marks: Run) -> Iterator[Run]:
    for child in node.children:
        yield from _runs(child, marks)


def _run(text: str, marks: Run | None = None) -> Run:
    plain = {"strong": False, "emph": False, "struck": False, "code": False, "link": ""}
    return {"text": text, **plain, **(marks or {})}


def _is_safe(href: str) -> bool:
    try:
        return urlsplit(href).scheme.lower() in SAFE_LINKS
    except ValueError:
        return False


def _close_up(blocks: Sequence[Block]) -> None:
    """Let each heading be at most one level below the one before it."""
    before = 0
    for block in blocks:
        if block["kind"] == "heading":
            block["level"] = before = min(block["level"], before + 1)
