"""Judges a ZIP before it is kept: bombs, overlapping members, names that climb out, archives in archives.

Keel unpacks nothing of it to disk; the people who download it will.
"""

from __future__ import annotations

import re
import stat
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.foundation.errors import Problem
from app.foundation.file_types import CLOSED_ARCHIVE, PROGRAM, ZIP, detect_type
from app.foundation.i18n import gettext as _
from app.foundation.zip_directory import Entry, ZipDamaged, ZipTooMany, read_entries

MOST_ENTRIES = 10_000
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_LOOKED_INTO = 200 * 1024 * 1024  # archives inside the archive, unpacked to be looked into
FREE_UNPACKED = 50 * 1024 * 1024  # below this, a high ratio is no bomb: empty tables shrink a lot
MOST_RATIO = 100
MOST_DEPTH = 3
HEAD = 4096
_STORED, _DEFLATED = 0, 8
_CHUNK = 256 * 1024
_MEMORY = 1024 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument"
_MAIN_PARTS = (
    ("word/document.xml", f"{_OFFICE}.wordprocessingml.document", "word.document"),
    ("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet", "excel.sheet"),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "excel.sheet.binary"),
    ("ppt/presentation.xml", f"{_OFFICE}.presentationml.presentation", "powerpoint.presentation"),
)
_CONTENT_TYPES = "[Content_Types].xml"
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.[a-z-]{4,30}")


class ZipRefused(Exception):
    """The archive is not taken; `problem` says why. Caught by the examination of files."""

    def __init__(self, rule: str, sentence: str, mend: str) -> None:
        """Keep the reason."""
        super().__init__(sentence)
        self.problem = Problem("file", rule, sentence, mend)


@dataclass(slots=True)
class _Budget:
    """What is left to spend on one upload, over all its levels."""

    entries: int = MOST_ENTRIES
    unpacked: int = MOST_UNPACKED
    looked_into: int = MOST_LOOKED_INTO


def examine_zip(stream: BinaryIO, size: int) -> str:
    """Return the media type of a ZIP, an office document among them.

    Units: at most 10,000 members, 1 GB unpacked, 100 times its own size, three levels of archives.
    Errors: ZipRefused.
    """
    return _examine(stream, size, _Budget(), depth=1)


def _examine(stream: BinaryIO, size: int, budget: _Budget, depth: int) -> str:
    entries = _entries_of(stream, budget)
    _refuse_bomb(entries, size, budget)
    _refuse_overlaps(entries)
    for entry in entries:
        _refuse_entry(entry)
    names = {entry.name for entry in entries}
    is_office = _CONTENT_TYPES in names
    open_document = ""
    for entry in entries:
        head = _unpacked_head(stream, entry)
        _refuse_head(entry, head, is_office=is_office)
        if entry.name == "mimetype" and _OPEN_DOCUMENT.fullmatch(head):
            open_document = head.decode()
        if detect_type(head, entry.name) == ZIP:
            _look_into(stream, entry, budget, depth)
    return open_document or _office_type(names, is_office=is_office)


def _entries_of(stream: BinaryIO, budget: _Budget) -> list[Entry]:
    try:
        entries = read_entries(stream, budget.entries)
    except ZipTooMany:
        raise ZipRefused(
            "entries",
            _("The archive has more than %(most)s members.", most=MOST_ENTRIES),
            _("Split it into several archives."),
        ) from None
    except ZipDamaged:
        raise ZipRefused("damaged", _("The archive is damaged."), _("Make it again.")) from None
    budget.entries -= len(entries)
    return entries


def _refuse_bomb(entries: Sequence[Entry], size: int, budget: _Budget) -> None:
    unpacked = sum(entry.unpacked for entry in entries)
    budget.unpacked -= unpacked
    if budget.unpacked < 0 or (unpacked > FREE_UNPACKED and unpacked > size * MOST_RATIO):
        raise ZipRefused(
            "ratio",
            _("The archive becomes far too large when it is unpacked."),
            _("Attach the documents themselves."),
        )


def _refuse_overlaps(entries: Sequence[Entry]) -> None:
    end = 0
    for entry in entries:
        if entry.start < end:
            raise ZipRefused("overlap", _("The members of the archive overlap."), _("Make it again."))
        end = entry.end


def _refuse_entry(entry: Entry) -> None:
    if any(_leads_outside(name) for name in entry.names):
        raise ZipRefused(
            "path",
            _("A member of the archive would be written outside of its folder."),
            _("Make it again from a plain folder."),
        )
    if stat.S_IFMT(entry.unix_mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ZipRefused(
            "link",
            _("The archive holds links or devices."),
            _("Put in the documents that the links lead to."),
        )
    if entry.is_encrypted or entry.method not in {_STORED, _DEFLATED}:
        raise _closed()


def _leads_outside(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return "\x00" in name or parts[0] == "" or parts[0].endswith(":") or ".." in parts


def _refuse_head(entry: Entry, head: bytes, *, is_office: bool) -> None:
    found = detect_type(head, entry.name)
    if found == CLOSED_ARCHIVE and not is_office:  # office documents keep drawings packed by themselves
        raise _closed()
    if found == PROGRAM:
        raise ZipRefused(
            "program", _("The archive holds a program."), _("Attach documents and pictures only.")
        )
    is_xml = is_office and entry.name.lower().endswith((".xml", ".rels"))
    plain = head.replace(b"\x00", b"").upper()  # UTF-16 hides the word behind zeros
    if is_xml and (b"<!DOCTYPE" in plain or b"<!ENTITY" in plain):
        raise ZipRefused(
            "entities",
            _("The document declares entities, which office programs never do."),
            _("Save it again in an office program."),
        )


def _look_into(stream: BinaryIO, entry: Entry, budget: _Budget, depth: int) -> None:
    if depth >= MOST_DEPTH:
        raise ZipRefused(
            "depth",
            _("The archive holds archives in archives, more than %(most)s deep.", most=MOST_DEPTH),
            _("Attach the documents themselves."),
        )
    with tempfile.SpooledTemporaryFile(max_size=_MEMORY) as inner:
        size = 0
        for chunk in _unpacked(stream, entry):
            size += len(chunk)
            budget.looked_into -= len(chunk)
            if size > entry.unpacked or budget.looked_into < 0:
                raise ZipRefused(
                    "ratio",
                    _("The archive becomes far too large when it is unpacked."),
                    _("Attach the documents themselves."),
                )
            inner.write(chunk)
        _examine(inner, size, budget, depth + 1)  # type: ignore[arg-type]  # it reads and seeks like a file


def _unpacked_head(stream: BinaryIO, entry: Entry) -> bytes:
    head = b""
    for chunk in _unpacked(stream, entry, step=HEAD):
        head += chunk
        if len(head) >= HEAD:
            break
    return head[:HEAD]


def _unpacked(stream: BinaryIO, entry: Entry, step: int = _CHUNK) -> Iterator[bytes]:
    """Yield what a member holds, never more than `step` bytes at once."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == _DEFLATED else None
    at, left = entry.content_at, entry.packed
    while left > 0:
        stream.seek(at)
        packed = stream.read(min(step, left))
        if not packed:
            return
        at, left = at + len(packed), left - len(packed)
        if inflate is None:
            yield packed
            continue
        try:
            while packed:
                yield inflate.decompress(packed, step)
                packed = inflate.unconsumed_tail
            if left == 0:
                yield inflate.flush()
        except zlib.error:
            raise ZipRefused("damaged", _("The archive is damaged."), _("Make it again.")) from None


def _office_type(names: set[str], *, is_office: bool) -> str:
    if not is_office:
        return ZIP
    has_macros = any(name.endswith("vbaProject.bin") for name in names)
    for part, plain, with_macros in _MAIN_PARTS:
        if part in names:
            return f"application/vnd.ms-{with_macros}.macroEnabled.12" if has_macros else plain
    return ZIP


def _closed() -> ZipRefused:
    return ZipRefused(
        "closed",
        _("Keel cannot look into the archive."),
        _("Make an ordinary ZIP, without a password."),
    )
