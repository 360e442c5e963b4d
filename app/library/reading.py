"""The words of what was written in Keel, for search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.printing.prose import blocks_of


def words_of_markdown(text: str) -> str:
    """Return the words of a written text without its marks, a line for each block."""
    return "\n".join(_lines(blocks_of(text)))


def _lines(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if "runs" in block:
            yield _text(block["runs"])
        elif block["kind"] == "list":
            for item in block["items"]:
                yield from _lines(item)
        elif block["kind"] == "quote":
            yield from _lines(block["blocks"])
        elif block["kind"] == "table":
            for row in (block["header"], *block["rows"]):
                yield " ".join(_text(cell) for cell in row)
        elif block["kind"] == "code":
            yield block["text"]


def _text(runs: Sequence[Mapping[str, Any]]) -> str:
    return "".join(run["text"] for run in runs)
