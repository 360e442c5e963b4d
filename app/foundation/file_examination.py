"""Judges the bytes of an upload before they are kept: what they are, and whether Keel takes them."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from app.foundation.errors import Invalid, Problem
from app.foundation.file_scanner import Scanner
from app.foundation.file_types import (
    CLOSED_ARCHIVE,
    PDF,
    PICTURES,
    PROGRAM,
    PROGRAM_ENDINGS,
    ZIP,
    detect_type,
    ending_of,
)
from app.foundation.i18n import gettext as _
from app.foundation.picture_sizes import pixels_of
from app.foundation.zip_directory import ends_as_zip
from app.foundation.zip_examination import ZipRefused, examine_zip

MOST_PIXELS = 250_000_000
HEAD = 4096  # enough for every magic number and for telling text from bytes


class FileRefused(Invalid):
    """The file is of a kind that Keel does not take."""


def examine(path: Path, name: str, scanner: Scanner | None = None) -> str:
    """Return the media type of a file that Keel takes.

    Shape: `name` is clean. Slow for large files, so it is called outside of transactions.
    Errors: FileRefused with the reason: empty, a program, an archive that cannot be looked into or is a bomb,
        two files in one, a picture of too many pixels, called infected by the house's scanner.
    """
    with path.open("rb") as stream:
        media_type = examine_stream(stream, path.stat().st_size, name)
    if scanner is not None:
        _ask(scanner, path)
    return media_type


def refused(rule: str, sentence: str, mend: str) -> FileRefused:
    """Return the refusal of a file as one sentence and one problem."""
    return FileRefused(f"{sentence} {mend}", [Problem("file", rule, sentence, mend)])


def examine_stream(stream: BinaryIO, size: int, name: str) -> str:
    """Return the media type of bytes that Keel takes; as `examine`, without asking the scanner."""
    if size == 0:
        raise refused("empty", _("The file is empty."), _("Choose a file with content."))
    media_type = detect_type(stream.read(HEAD), name)
    if media_type == PROGRAM or ending_of(name) in PROGRAM_ENDINGS:
        raise refused("program", _("Programs cannot be attached."), _("Attach a document or a picture."))
    if media_type == CLOSED_ARCHIVE:
        sentence = _("Keel cannot look into this kind of archive.")
        raise refused("closed", sentence, _("Make an ordinary ZIP, without a password."))
    if media_type == ZIP:
        return _examined_zip(stream, size)
    if media_type in PICTURES | {PDF} and ends_as_zip(stream):
        sentence = _("The file is two in one: an archive hides behind its first page.")
        raise refused("polyglot", sentence, _("Save it again in the program it came from."))
    if media_type in PICTURES and (pixels_of(stream, media_type) or 0) > MOST_PIXELS:
        sentence = _("The picture has more than %(most)s million pixels.", most=MOST_PIXELS // 1_000_000)
        raise refused("pixels", sentence, _("Save it in a smaller size."))
    return media_type


def _examined_zip(stream: BinaryIO, size: int) -> str:
    try:
        return examine_zip(stream, size)
    except ZipRefused as refusal:
        problem = refusal.problem
        raise refused(problem.rule, problem.sentence, problem.mend) from None


def _ask(scanner: Scanner, path: Path) -> None:
    finds_harm = scanner.finds_harm(path)
    if finds_harm is None:
        sentence = _("The file could not be checked for viruses, so it was not taken.")
        raise refused("unscanned", sentence, _("Try again in a moment, or tell an admin."))
    if finds_harm:
        raise refused("virus", _("The virus scanner calls this file infected."), _("Do not open it."))
