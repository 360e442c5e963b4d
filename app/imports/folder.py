"""Finds the files that rows name in one folder and nowhere else: no climbing out, no links, no devices."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

LONGEST_NAME = 1_000


class NotInFolder(Invalid):
    """A row names a file that cannot be taken; `problems` has the one reason."""


class Folder:
    """One folder with the files of an import. Each file may be named once."""

    def __init__(self, root: Path, largest: int) -> None:
        """Know the folder and the largest size of a file in bytes."""
        self._root = root.resolve()
        self._largest = largest
        self._named: dict[int, set[int]] = {}  # by device; a pair for each file would be twice as large

    def open(self, name: str) -> BinaryIO:
        r"""Open a file by its name relative to the folder, with / or \ between the parts.

        Errors: NotInFolder: outside of the folder, a link on the way, missing, no ordinary file, too large,
            named before (under whatever name).
        """
        parts = self._parts(name)
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts[:-1]:
                descriptor = self._step(descriptor, part, os.O_DIRECTORY)
            descriptor = self._step(descriptor, parts[-1], os.O_NONBLOCK)
            self._judge(os.fstat(descriptor))
        except BaseException:
            os.close(descriptor)
            raise
        return os.fdopen(descriptor, "rb")

    def _parts(self, name: str) -> list[str]:
        parts = re.split(r"[/\\]", name.strip())
        if len(name) > LONGEST_NAME or "\x00" in name or parts[0] == "" or parts[0].endswith(":"):
            raise _refused("path", _("The file must be named from the folder on."))
        if ".." in parts:
            raise _refused("path", _("The file lies outside of the folder."))
        return [part for part in parts if part not in {"", "."}] or [""]

    def _step(self, above: int, part: str, flags: int) -> int:
        """Open the next part without following a link, and close the folder above it."""
        try:
            found = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=above)
        except OSError as failure:
            if self._is_link(above, part):
                raise _refused("link", _("The file is a link, or lies behind one.")) from failure
            raise _refused("missing", _("There is no such file in the folder.")) from failure
        os.close(above)
        return found

    def _is_link(self, above: int, part: str) -> bool:
        try:
            return stat.S_ISLNK(os.stat(part, dir_fd=above, follow_symlinks=False).st_mode)
        except (OSError, ValueError):
            return False

    def _judge(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise _refused("kind", _("This is a folder or a device, not a file."))
        if found.st_size > self._largest:
            size = self._largest // (1024 * 1024)
            raise _refused("size", _("The file is larger than %(size)s MB.", size=size))
        named = self._named.setdefault(found.st_dev, set())
        if found.st_ino in named:
            raise _refused("twice", _("Another row names the same file."))
        named.add(found.st_ino)


def _refused(rule: str, sentence: str) -> NotInFolder:
    return NotInFolder(sentence, [Problem("file", rule, sentence)])
