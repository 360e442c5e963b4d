"""The content-addressed store: a content's SHA-256 is its only name on disk."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from app.foundation.errors import Broken, Invalid, Problem
from app.foundation.file_scanner import Scanner
from app.foundation.i18n import gettext as _

CHUNK = 256 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


class FileTooLarge(Invalid):
    """The file is larger than the limit."""


class ContentMissing(Broken):
    """A row names a content that the store does not hold, or not whole."""


@dataclass(frozen=True, slots=True)
class Content:
    """What was written: its hash, and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """Contents under `root/ab/cd/<sha256>`, written whole or not at all."""

    def __init__(self, root: Path, scanner: Scanner | None = None) -> None:
        """Use `root`, which is made at the first writing; `scanner` is asked about each upload."""
        self._root = root
        self._half = root / "half-written"
        self.scanner = scanner
        self._waiting: list[tuple[str, Path]] = []

    def path(self, sha256: str) -> Path:
        """Return where a content lies.

        Errors: Broken when the text is not a SHA-256, so that no row can lead outside the store.
        """
        if not _HASH.fullmatch(sha256):
            raise Broken(_("This is not the name of a stored file."))
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def put(
        self, stream: BinaryIO, max_bytes: int, judge: Callable[[Path], None] = lambda _path: None
    ) -> Content:
        """Write a content and return what it is; the same content is kept once.

        Effects: on disk for good (temporary file, fsync, rename, fsync of the folder) before it returns.
        Errors: FileTooLarge; what `judge` raises about the half-written file; nothing stays behind then.
        """
        content, temporary = self._written(stream, max_bytes, judge)
        try:
            _sync(temporary)
            final = self._take_in(content.sha256, temporary)
            for folder in (final.parent, final.parent.parent, self._root):
                _sync(folder)
        finally:
            temporary.unlink(missing_ok=True)
        return content

    def put_later(
        self, stream: BinaryIO, max_bytes: int, judge: Callable[[Path], None] = lambda _path: None
    ) -> Content:
        """Write a content that is in the store only after `settle`, for many files at once.

        Errors: as `put`.
        """
        content, temporary = self._written(stream, max_bytes, judge)
        self._waiting.append((content.sha256, temporary))
        return content

    def settle(self) -> None:
        """Take in all contents that wait. Safe to call again.

        Effects: the bytes are on disk before a name leads to them, and the names before it returns: two
            flushes of the disk, however many files.
        """
        if not self._waiting:
            return
        os.sync()
        while self._waiting:
            sha256, temporary = self._waiting.pop()
            self._take_in(sha256, temporary)
            temporary.unlink(missing_ok=True)
        os.sync()

    def _written(
        self, stream: BinaryIO, max_bytes: int, judge: Callable[[Path], None]
    ) -> tuple[Content, Path]:
        self._half.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._half / secrets.token_hex(16)
        try:
            content = _copy(stream, temporary, max_bytes)
            judge(temporary)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return content, temporary

    def _take_in(self, sha256: str, temporary: Path) -> Path:
        final = self.path(sha256)
        if final.exists():
            os.utime(final)  # young again, else the sweep could take it before the row commits
        else:
            try:
                temporary.replace(final)
            except FileNotFoundError:  # the first content of this folder
                final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                temporary.replace(final)
        return final

    def has(self, sha256: str) -> bool:
        """Tell whether the content is there."""
        return self.path(sha256).is_file()

    def open(self, sha256: str, size: int) -> BinaryIO:
        """Open a content for reading.

        Errors: ContentMissing when it is not there or not of the size its row names.
        """
        path = self.path(sha256)
        if not path.is_file() or path.stat().st_size != size:
            raise ContentMissing(
                _("The content of this file is damaged. Ask an admin to restore the backup.")
            )
        return path.open("rb")

    def hash_on_disk(self, sha256: str) -> str:
        """Return the SHA-256 of the bytes that are there."""
        with self.path(sha256).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def damage_of(self, sha256: str) -> str | None:
        """Return `missing` or `changed`, or None for a content that still has the bytes of its hash."""
        try:
            return None if self.hash_on_disk(sha256) == sha256 else "changed"
        except FileNotFoundError:
            return "missing"

    def all(self) -> Iterator[str]:
        """Yield the names of all contents, in order."""
        for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if _HASH.fullmatch(path.name):
                yield path.name

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Yield the contents that nobody has written for so long."""
        return (sha256 for sha256 in self.all() if _is_older(self.path(sha256), age))

    def remove_if_older(self, sha256: str, age: timedelta) -> bool:
        """Remove a content unless it was written again meanwhile; tell whether it is gone."""
        path = self.path(sha256)
        if not _is_older(path, age):
            return False
        path.unlink(missing_ok=True)
        return True

    def remove_half_written(self, age: timedelta) -> int:
        """Remove what interrupted uploads left behind and return how many."""
        left = [path for path in self._half.glob("*") if _is_older(path, age)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _copy(stream: BinaryIO, target: Path, max_bytes: int) -> Content:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as output:
        target.chmod(0o600)
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise _too_large(max_bytes)
            digest.update(chunk)
            output.write(chunk)
    return Content(digest.hexdigest(), size)


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(path: Path, age: timedelta) -> bool:
    # The disk stamps with the machine's time, so the one clock, which a demo may move, is no measure here.
    try:
        return time.time() - path.stat().st_mtime > age.total_seconds()
    except FileNotFoundError:
        return False


def _too_large(max_bytes: int) -> FileTooLarge:
    size = max_bytes // (1024 * 1024)
    sentence = _("The file is larger than %(size)s MB.", size=size)
    mend = _("Make it smaller or split it.")
    return FileTooLarge(f"{sentence} {mend}", [Problem("file", "size", sentence, mend)])
