"""The file of a backup: a ZIP with a manifest of hashes, sealed by its own hash in its last bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.foundation.errors import Broken, Conflict, Problem
from app.foundation.i18n import gettext as _

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, POSTGRESQL, CHECKPOINTS = "database.sqlite3", "database.dump", "checkpoints.jsonl"
SEAL_LENGTH = 64
CHUNK = 1024 * 1024
_MEMBER = re.compile(
    r"database\.sqlite3|database\.dump|checkpoints\.jsonl|files/([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}"
)


class BackupExists(Conflict):
    """There is a file of that name already; a backup is never overwritten."""


class DamagedBackup(Broken):
    """The backup is not what was written; `problems` says what is wrong."""

    def __init__(self, sentence: str, problems: Iterable[Problem] = ()) -> None:
        """Keep the sentence and what was found."""
        super().__init__(sentence)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Shape: `hashes` maps each member to its SHA-256; `facts` are what the maker wanted kept (time, schema
        revision, head of the trail).
    """

    hashes: Mapping[str, str]
    facts: Mapping[str, Any]


def write_archive(target: Path, members: Mapping[str, Path], facts: Mapping[str, Any]) -> Manifest:
    """Write a sealed archive of files.

    Effects: on disk whole or not at all: a temporary file beside the target, fsync, rename.
    Errors: BackupExists.
    """
    if target.exists():
        raise BackupExists(
            _("There is a file %(name)s already. Choose another name.", name=target.name),
        )
    temporary = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            hashes = {name: _add(archive, name, path) for name, path in members.items()}
            manifest = Manifest(hashes, dict(facts))
            text = json.dumps({"format": FORMAT, "hashes": hashes, "facts": manifest.facts}, sort_keys=True)
            archive.writestr(MANIFEST, text)
            archive.comment = b"0" * SEAL_LENGTH  # the place of the seal
        temporary.chmod(0o600)  # personal data
        _seal(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return manifest


def read_verified(source: Path) -> Manifest:
    """Read every byte of a backup, compare every hash, and return its manifest.

    Errors: DamagedBackup, naming the members that are missing or changed.
    """
    if not source.is_file():
        raise DamagedBackup(_("There is no backup %(name)s.", name=str(source)))
    is_sealed = _is_sealed(source)
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest_of(archive)
            problems = [problem for name in manifest.hashes for problem in _faults(archive, name, manifest)]
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedBackup(_damaged()) from error
    if problems or not is_sealed:
        raise DamagedBackup(_damaged(), problems)
    return manifest


def extract(source: Path, name: str, target: Path, expected: str) -> None:
    """Write one member to a file and compare its hash on the way.

    Errors: DamagedBackup.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with zipfile.ZipFile(source) as archive, archive.open(name) as content, target.open("xb") as output:
        target.chmod(0o600)
        if _copied(content, output) != expected:
            raise DamagedBackup(_damaged())
        output.flush()
        os.fsync(output.fileno())


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    info = zipfile.ZipInfo(name)  # without the time of the file: equal content makes an equal archive
    info.compress_type = zipfile.ZIP_STORED if name.startswith("files/") else zipfile.ZIP_DEFLATED
    with path.open("rb") as content, archive.open(info, "w", force_zip64=True) as output:
        return _copied(content, output)


def _copied(content: IO[bytes], output: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        output.write(chunk)
    return digest.hexdigest()


def _seal(path: Path) -> None:
    with path.open("r+b") as stream:
        seal = _hash_without_seal(stream)
        stream.seek(-SEAL_LENGTH, os.SEEK_END)
        stream.write(seal.encode())
        stream.flush()
        os.fsync(stream.fileno())


def _is_sealed(path: Path) -> bool:
    with path.open("rb") as stream:
        expected = _hash_without_seal(stream)
        return stream.read() == expected.encode()


def _hash_without_seal(stream: IO[bytes]) -> str:
    """Hash all but the last 64 bytes and leave the stream standing before them."""
    left = max(stream.seek(0, os.SEEK_END) - SEAL_LENGTH, 0)
    stream.seek(0)
    digest = hashlib.sha256()
    while left:
        chunk = stream.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    found = json.loads(archive.read(MANIFEST))
    hashes = found["hashes"]
    if found["format"] != FORMAT:
        raise DamagedBackup(
            _("This backup was made by another version of Keel. Use that version to restore.")
        )
    if not all(_MEMBER.fullmatch(name) for name in hashes) or not {SQLITE, POSTGRESQL} & hashes.keys():
        raise DamagedBackup(_damaged())
    return Manifest(hashes, found["facts"])


def _faults(archive: zipfile.ZipFile, name: str, manifest: Manifest) -> list[Problem]:
    if name not in archive.namelist():
        return [Problem(name, "missing", _("It is missing from the backup."))]
    try:
        with archive.open(name) as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - whatever the decompressor says of damaged bytes, the member is damaged
        found = ""
    if found != manifest.hashes[name]:
        return [Problem(name, "changed", _("Its content is damaged."))]
    return []


def _damaged() -> str:
    return _("The backup is damaged. Nothing was restored. Use another copy or an older backup.")
