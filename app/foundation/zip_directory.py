"""Reads the directory of a ZIP with bounds of its own: what it claims is judged before it is believed.

The standard library builds an object for each entry before anybody can count them; this reader stops first.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_MOST_32 = 0xFFFFFFFF
_UTF8 = 0x800
_ENCRYPTED = 0x1
_SIZES_64 = 1  # the id of the extra field with sizes beyond 32 bits


class ZipDamaged(ValueError):
    """The bytes are not a whole ZIP."""


class ZipTooMany(ValueError):
    """There are more entries than the reader was willing to look at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of one member.

    Shape: `names` are its name in the directory and the one before its bytes, which some programs believe;
        `unix_mode` is 0 when unknown. Units: `packed` and `unpacked` in bytes, `start` from the file's start.
    """

    names: tuple[str, str]
    start: int
    end: int
    content_at: int
    packed: int
    unpacked: int
    method: int
    unix_mode: int
    is_encrypted: bool

    @property
    def name(self) -> str:
        """Return the name in the directory."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class _Directory:
    at: int
    size: int
    count: int


@dataclass(frozen=True, slots=True)
class _Claim:
    name: bytes
    flags: int
    method: int
    packed: int
    unpacked: int
    start: int
    unix_mode: int


def ends_as_zip(stream: BinaryIO) -> bool:
    """Tell whether the bytes end with the directory of a ZIP, whatever they begin with."""
    return _find_end(stream) is not None


def read_entries(stream: BinaryIO, most: int) -> list[Entry]:
    """Return the entries in the order of their bytes.

    Errors: ZipTooMany beyond `most`; ZipDamaged when anything does not fit.
    """
    directory = _directory_of(stream)
    if directory.count > most or directory.size > most * 512:
        raise ZipTooMany
    claims = sorted(_claims(stream, directory, most), key=lambda claim: claim.start)
    return [_entry(stream, claim) for claim in claims]


def _find_end(stream: BinaryIO) -> int | None:
    size = stream.seek(0, os.SEEK_END)
    begin = max(0, size - _LONGEST_COMMENT - _END.size)
    stream.seek(begin)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        # The comment must reach exactly to the end: the four letters may occur by chance.
        if len(tail) - at >= _END.size and at + _END.size + _END.unpack_from(tail, at)[-1] == len(tail):
            return begin + at
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return None


def _directory_of(stream: BinaryIO) -> _Directory:
    end = _find_end(stream)
    if end is None:
        raise ZipDamaged
    found = _END.unpack(_read(stream, end, _END.size))
    directory = _Directory(at=found[6], size=found[5], count=found[4])
    if found[1] not in {0, 0xFFFF}:
        raise ZipDamaged  # one of several volumes
    if found[4] == 0xFFFF or _MOST_32 in {found[5], found[6]}:
        directory, end = _directory_64(stream, end)
    if directory.at + directory.size > end:
        raise ZipDamaged
    return directory


def _directory_64(stream: BinaryIO, end: int) -> tuple[_Directory, int]:
    place = _END64_PLACE.unpack(_read(stream, end - _END64_PLACE.size, _END64_PLACE.size))
    if place[0] != b"PK\x06\x07":
        raise ZipDamaged
    found = _END64.unpack(_read(stream, place[2], _END64.size))
    if found[0] != b"PK\x06\x06":
        raise ZipDamaged
    return _Directory(at=found[9], size=found[8], count=found[7]), place[2]


def _claims(stream: BinaryIO, directory: _Directory, most: int) -> Iterator[_Claim]:
    data = _read(stream, directory.at, directory.size)
    at = number = 0
    while at < len(data):
        number += 1
        if number > most:
            raise ZipTooMany
        claim, at = _claim(data, at)
        yield claim
    if number != directory.count:
        raise ZipDamaged


def _claim(data: bytes, at: int) -> tuple[_Claim, int]:
    if len(data) - at < _ENTRY.size or not data.startswith(b"PK\x01\x02", at):
        raise ZipDamaged
    head = _ENTRY.unpack_from(data, at)
    flags, method = head[5], head[6]
    packed, unpacked, name_length, extra_length, comment_length = head[10:15]
    made_by_unix = head[2] == 3
    at += _ENTRY.size
    name, extra = data[at : at + name_length], data[at + name_length : at + name_length + extra_length]
    unpacked, packed, start = _sizes_64(extra, [unpacked, packed, head[18]])
    mode = head[17] >> 16 if made_by_unix else 0
    claim = _Claim(name, flags, method, packed, unpacked, start, mode)
    return claim, at + name_length + extra_length + comment_length


def _sizes_64(extra: bytes, sizes: list[int]) -> list[int]:
    """Return unpacked size, packed size and start, with those that need 64 bits put in."""
    if _MOST_32 not in sizes:
        return sizes
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _SIZES_64:
            numbers = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return [next(numbers, size) if size == _MOST_32 else size for size in sizes]
        at += 4 + length
    return sizes


def _entry(stream: BinaryIO, claim: _Claim) -> Entry:
    local = _LOCAL.unpack(_read(stream, claim.start, _LOCAL.size))
    if local[0] != b"PK\x03\x04":
        raise ZipDamaged
    name_length, extra_length = local[9], local[10]
    own_name = _read(stream, claim.start + _LOCAL.size, name_length)
    content_at = claim.start + _LOCAL.size + name_length + extra_length
    return Entry(
        names=(_text(claim.name, claim.flags), _text(own_name, local[2])),
        start=claim.start,
        end=content_at + claim.packed,
        content_at=content_at,
        packed=claim.packed,
        unpacked=claim.unpacked,
        method=claim.method,
        unix_mode=claim.unix_mode,
        is_encrypted=bool((claim.flags | local[2]) & _ENCRYPTED),
    )


def _text(name: bytes, flags: int) -> str:
    return name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _read(stream: BinaryIO, at: int, length: int) -> bytes:
    if at < 0:
        raise ZipDamaged
    stream.seek(at)
    data = stream.read(length)
    if len(data) != length:
        raise ZipDamaged
    return data
