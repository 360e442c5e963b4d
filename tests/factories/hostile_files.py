"""Hostile and harmless files made in code, for every door through which a file comes in."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from itertools import count

_NUMBERS = count(1)
CONTENT_TYPES = "[Content_Types].xml"


def zip_of(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary ZIP of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(extra: Mapping[str, bytes] | None = None) -> bytes:
    """A Word document as small as they come."""
    parts = {CONTENT_TYPES: b"<Types/>", "word/document.xml": b"<w:document/>"}
    return zip_of({**parts, **(extra or {})})


def png(width: int = 1, height: int = 1) -> bytes:
    """The head of a PNG that claims these pixels."""
    head = b"IHDR" + struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">L", 13) + head + struct.pack(">L", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + f"unique {next(_NUMBERS)}".encode()


def gif(width: int = 1, height: int = 1) -> bytes:
    """The head of a GIF that claims these pixels."""
    return b"GIF89a" + struct.pack("<2H", width, height) + b"\x00\x00\x00;"


def jpeg(width: int, height: int) -> bytes:
    """A JPEG with a thumbnail's segment before the one that says the size."""
    thumbnail = b"\xff\xe1" + struct.pack(">H", 5002) + b"\x00" * 5000
    return b"\xff\xd8" + thumbnail + b"\xff\xc2" + struct.pack(">HB2H", 17, 8, height, width) + b"\x00" * 20


def tiff(width: int, height: int) -> bytes:
    """A TIFF with one short and one long number."""
    facts = struct.pack("<2HLHxx", 256, 3, 1, width) + struct.pack("<2HLL", 257, 4, 1, height)
    return b"II*\x00" + struct.pack("<LH", 8, 2) + facts


def bomb() -> bytes:
    """Twelve times ten megabytes of nothing."""
    return zip_of({f"{number}.txt": b"\x00" * 10_000_000 for number in range(12)})


def nested(depth: int) -> bytes:
    """An archive in an archive in an archive."""
    content = zip_of({"note.txt": b"at last"})
    for _level in range(depth - 1):
        content = zip_of({"inner.bin": content})
    return content


def nested_bomb() -> bytes:
    """Small on the outside: each inner archive is a bomb, and claims to be small."""
    return zip_of({f"{number}.zip": zip_of({"x": b"\x00" * 60_000_000}) for number in range(2)})


def overlapping() -> bytes:
    """Two members of the directory that share the same bytes."""
    whole = bytearray(zip_of({"a.txt": b"same", "b.txt": b"same"}))
    second = whole.rindex(b"PK\x01\x02")
    whole[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(whole)


def climbing(name: str) -> bytes:
    """A member that would be written elsewhere."""
    return zip_of({name: b"x"})


def two_names() -> bytes:
    """A harmless name in the directory, and another before the bytes."""
    return zip_of({"aaaaaaa": b"x"}).replace(b"aaaaaaa", b"../../x", 1)


def linking() -> bytes:
    """A symbolic link to a file of the machine."""
    info = zipfile.ZipInfo("passwd")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def locked() -> bytes:
    """A member behind a password, as the directory says."""
    whole = bytearray(zip_of({"a.txt": b"secret"}))
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def crowded(entries: int) -> bytes:
    """A directory of so many members, each without content."""
    local = b"PK\x03\x04" + b"\x00" * 26
    entry = b"PK\x01\x02" + b"\x00" * 42
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, len(entry) * entries, len(local), 0)
    return local + entry * entries + end


def cut() -> bytes:
    """The first half of an archive."""
    whole = docx()
    return whole[: len(whole) // 2]


HOSTILE: Mapping[str, tuple[Callable[[], bytes], str, str]] = {
    # what it is: how it is made, its name, the rule that refuses it
    "bomb": (bomb, "minutes.zip", "ratio"),
    "bombs in a zip": (nested_bomb, "minutes.zip", "ratio"),
    "four levels": (lambda: nested(4), "minutes.zip", "depth"),
    "overlap": (overlapping, "minutes.zip", "overlap"),
    "parent": (lambda: climbing("../../etc/cron.d/x"), "minutes.zip", "path"),
    "parent of windows": (lambda: climbing("..\\..\\x"), "minutes.docx", "path"),
    "absolute": (lambda: climbing("/etc/passwd"), "minutes.zip", "path"),
    "drive": (lambda: climbing("C:/autoexec.bat"), "minutes.zip", "path"),
    "two names": (two_names, "minutes.zip", "path"),
    "link": (linking, "minutes.zip", "link"),
    "locked": (locked, "minutes.zip", "closed"),
    "crowd": (lambda: crowded(20_000), "minutes.zip", "entries"),
    "million": (lambda: crowded(400_000), "minutes.zip", "entries"),
    "cut": (cut, "minutes.docx", "damaged"),
    "program in a zip": (lambda: zip_of({"setup.txt": b"MZ\x90\x00\x03"}), "tools.zip", "program"),
    "rar in a zip": (lambda: zip_of({"a.dat": b"Rar!\x1a\x07\x01\x00"}), "tools.zip", "closed"),
    "entities": (
        lambda: docx(
            {"word/footer.xml": b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'}
        ),
        "procedure.docx",
        "entities",
    ),
    "entities in UTF-16": (
        lambda: docx({"word/footer.xml": "<!DOCTYPE x><x/>".encode("utf-16")}),
        "procedure.docx",
        "entities",
    ),
    "gifar": (lambda: gif() + zip_of({"Evil.class": b"x"}), "logo.gif", "polyglot"),
    "pdf with an archive": (lambda: b"%PDF-1.7\n%%EOF\n" + zip_of({"x": b"x"}), "a.pdf", "polyglot"),
    "pixels of a png": (lambda: png(60_000, 60_000), "photo.png", "pixels"),
    "pixels of a jpeg": (lambda: jpeg(65_000, 65_000), "photo.jpg", "pixels"),
    "pixels of a gif": (lambda: gif(65_000, 65_000), "photo.gif", "pixels"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c\x00\x04", "a.7z", "closed"),
    "gz": (lambda: b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "a.pdf", "closed"),
    "program": (lambda: b"MZ\x90\x00\x03\x00", "invoice.pdf", "program"),
    "script by its ending": (lambda: b"del *.*", "invoice.pdf.bat", "program"),
    "shortcut": (lambda: b"[InternetShortcut]\nURL=file://evil/x", "Price list.url", "program"),
    "empty": (lambda: b"", "a.txt", "empty"),
}
