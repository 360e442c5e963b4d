"""Writes a pack as a stream: each member is hashed on its way, the manifest comes last and is sealed.

Memory stays flat, however large the pack: no member is held longer than it takes to write it.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from app.evidence import verify
from app.trail.keys import sign
from app.trail.rules import moment_text

FORMAT = 2
CHUNK = 256 * 1024
_MOMENT = (2020, 1, 1, 0, 0, 0)  # the same for all members: the manifest says when a pack was made
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Sealed:
    """A pack that was written.

    Shape: `digest` is the SHA-256 of its manifest, `key` the one that sealed it.
    """

    digest: str
    key: str
    members: int


class PackWriter:
    """A pack on its way to a file. Leaving it without `seal` leaves a pack that does not verify."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Write to a stream that can seek."""
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the archive."""
        self._zip.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        with self._member(name) as take:
            take(content)

    def add_stream(self, name: str, stream: IO[bytes]) -> None:
        """Add a member piece by piece."""
        with self._member(name) as take:
            while piece := stream.read(CHUNK):
                take(piece)

    def seal(self, about: Mapping[str, Any], made_at: datetime, home: Path) -> Sealed:
        """Add the script, the manifest and its seal, made with the key of the home that signs checkpoints.

        Effects: as `keys.sign`.
        """
        self.add("verify.py", Path(verify.__file__).read_bytes())
        manifest = {
            "format": FORMAT,
            "about": about,
            "made_at": moment_text(made_at),
            "files": dict(sorted(self._hashes.items())),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str).encode()
        digest = hashlib.sha256(text).hexdigest()
        key, signature = sign(home, verify.SEALED_WORDS.format(digest))
        count = len(self._hashes)
        self.add(verify.MANIFEST, text)
        self.add(verify.SEAL, verify.seal_text(key, signature))
        return Sealed(digest, key, count)

    @contextmanager
    def _member(self, name: str) -> Iterator[Any]:
        if name in self._hashes:
            raise ValueError(name)  # two members of one name: a reader would see one of them
        info = zipfile.ZipInfo(name, _MOMENT)
        info.compress_type = zipfile.ZIP_DEFLATED
        digest = hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as member:

            def take(piece: bytes) -> None:
                digest.update(piece)
                member.write(piece)

            yield take
        self._hashes[name] = digest.hexdigest()


def safe_name(name: str) -> str:
    """Return a name that leads nowhere: letters, digits, single dots and dashes of what somebody typed."""
    kept = "".join(one if one.isalnum() or one in "._- " else "_" for one in name)
    return re.sub(r"\.{2,}", "_", kept).strip(". ")[:_LONGEST_NAME] or "file"
