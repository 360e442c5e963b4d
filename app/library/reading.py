"""The words of a revision: of what was written in Keel at once, of a file in a child process."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.printing.prose import blocks_of

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 60.0
_CHILD = Path(__file__).with_name("reading_child.py")
_NEEDED = ("SYSTEMROOT", "TMPDIR", "TEMP")


def words_of_markdown(text: str) -> str:
    """Return the words of a written text without its marks, a line for each block."""
    return "\n".join(_lines(blocks_of(text)))


def words_of_file(path: Path, media_type: str) -> str:
    """Return the words of a file: PDF, Word, Excel, PowerPoint, OpenDocument and plain text.

    Shape: empty for other kinds, and for one that cannot be read: search is a help, not evidence.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own program, alone with one file
            [sys.executable, "-I", str(_CHILD), str(path), media_type],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
            check=False,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        logger.warning("file could not be read", extra={"cause": "too slow"})
        return ""
    if done.returncode != 0:
        logger.warning("file could not be read", extra={"exit_code": done.returncode})
    return done.stdout.decode("utf-8", "replace")


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
