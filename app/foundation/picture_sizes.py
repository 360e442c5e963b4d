"""How many pixels a picture claims to have, read from its first bytes without decoding it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import BinaryIO

_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG's markers that carry a size
_WIDTH, _HEIGHT = 256, 257  # TIFF's numbers of the two facts
_MOST_SEGMENTS = 2_000


def pixels_of(stream: BinaryIO, media_type: str) -> int | None:
    """Return width times height, or None when the picture does not say.

    Shape: of a TIFF with several pages, those of the first.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        return None
    stream.seek(0)
    try:
        width, height = reader(stream)
    except (struct.error, _SizeUnsaid):
        return None
    return width * abs(height)


class _SizeUnsaid(ValueError):
    """The bytes end, or lead nowhere, before the size."""


def _png(stream: BinaryIO) -> tuple[int, int]:
    return _two(">2L", stream.read(24)[16:])


def _gif(stream: BinaryIO) -> tuple[int, int]:
    return _two("<2H", stream.read(10)[6:])


def _bmp(stream: BinaryIO) -> tuple[int, int]:
    return _two("<2l", stream.read(26)[18:])


def _webp(stream: BinaryIO) -> tuple[int, int]:
    head = stream.read(30)
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = _two("<2H", head[26:])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(stream: BinaryIO) -> tuple[int, int]:
    stream.seek(2)
    for _number in range(_MOST_SEGMENTS):
        marker, length = _two(">2H", stream.read(4))
        if marker >> 8 != 0xFF or length < 2:
            raise _SizeUnsaid
        if marker & 0xFF in _FRAMES:
            height, width = _two(">2H", stream.read(5)[1:])
            return width, height
        stream.seek(length - 2, 1)
    raise _SizeUnsaid


def _tiff(stream: BinaryIO) -> tuple[int, int]:
    order = "<" if stream.read(4).startswith(b"II") else ">"
    (first,) = struct.unpack(f"{order}L", stream.read(4))
    stream.seek(first)
    (count,) = struct.unpack(f"{order}H", stream.read(2))
    found = {}
    for _number in range(count):
        tag, kind, _count = struct.unpack(f"{order}2HL", stream.read(8))
        value = stream.read(4)
        found[tag] = struct.unpack(f"{order}H2x" if kind == 3 else f"{order}L", value)[0]
    if _WIDTH not in found or _HEIGHT not in found:
        raise _SizeUnsaid
    return found[_WIDTH], found[_HEIGHT]


def _two(layout: str, data: bytes) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, data)
    return first, second


_READERS: Mapping[str, Callable[[BinaryIO], tuple[int, int]]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/webp": _webp,
    "image/jpeg": _jpeg,
    "image/tiff": _tiff,
}
