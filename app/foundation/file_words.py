"""The words of a file, read in a child process within bounds."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 60.0
PAGE_END = "\f"
_CHILD = Path(__file__).with_name("file_words_child.py")
_NEEDED = ("SYSTEMROOT", "TMPDIR", "TEMP")


@dataclass(frozen=True, slots=True)
class FileWords:
    """The words of a file. Shape: `is_complete` when the reading ended well and met no bound."""

    text: str
    is_complete: bool


def words_of_file(path: Path, media_type: str) -> str:
    """Return the words of a file, as far as they can be read; see `read_file`."""
    return read_file(path, media_type).text


def read_file(path: Path, media_type: str) -> FileWords:
    """Read the words of a file: PDF, Word, Excel, PowerPoint, OpenDocument and plain text.

    Shape: empty for other kinds, and for one that cannot be read; each page of a PDF ends with `PAGE_END`.
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
        return FileWords("", is_complete=False)
    if done.returncode != 0:
        logger.warning("file could not be read whole", extra={"exit_code": done.returncode})
    return FileWords(done.stdout.decode("utf-8", "replace"), is_complete=done.returncode == 0)


def is_read_whole(words: FileWords) -> bool:
    """Tell whether all of a file was read and every page of it had words: a picture of a text has none."""
    pages = words.text.split(PAGE_END)
    if len(pages) > 1:
        pages.pop()  # what follows the last end is no page
    return words.is_complete and all(page.strip() for page in pages)
