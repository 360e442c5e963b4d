"""What a file is, told by its content; the name decides only among what the content allows."""

from __future__ import annotations

import re
from pathlib import PurePath

UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
CLOSED_ARCHIVE = "application/x-archive"  # an archive that Keel cannot look into
ZIP = "application/zip"
TEXT = "text/plain"
PDF = "application/pdf"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/bmp"})

# A double click on a file with such an ending runs it, whatever it holds.
PROGRAM_ENDINGS = frozenset(
    {
        *(".apk", ".app", ".application", ".appref-ms", ".bat", ".chm", ".cmd", ".com", ".cpl", ".desktop"),
        *(".dll", ".dmg", ".exe", ".hta", ".inf", ".ins", ".jar", ".js", ".jse", ".lnk", ".msc", ".msi"),
        *(".msp", ".pif", ".ps1", ".reg", ".scf", ".scr", ".sh", ".url", ".vb", ".vbe", ".vbs", ".ws"),
        *(".wsf", ".wsh", ".xll"),
    }
)

# offset, bytes, type; the first that fits decides
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", PDF),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"7z\xbc\xaf\x27\x1c", CLOSED_ARCHIVE),
    (0, b"\x1f\x8b", CLOSED_ARCHIVE),
    (0, b"BZh", CLOSED_ARCHIVE),
    (0, b"\xfd7zXZ\x00", CLOSED_ARCHIVE),
    (0, b"Rar!\x1a\x07", CLOSED_ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", CLOSED_ARCHIVE),
    (0, b"MSCF", CLOSED_ARCHIVE),
    (257, b"ustar", CLOSED_ARCHIVE),
    (0, b"MZ", PROGRAM),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"\xce\xfa\xed\xfe", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"\x00asm", PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),  # a Windows shortcut: it runs what it points to
    (0, b"ITSF", PROGRAM),  # compiled help: it runs scripts
)
_BITMAP = re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL)
_WORDS = frozenset({PROGRAM, CLOSED_ARCHIVE})  # a list may begin with the letters MZ or BZh

_REFINED: dict[str, dict[str, str]] = {
    "application/x-ole-storage": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    },
    TEXT: {".csv": "text/csv", ".json": "application/json", ".eml": "message/rfc822", ".md": "text/markdown"},
}


def detect_type(head: bytes, name: str) -> str:
    """Return the media type of a file from its first bytes.

    Shape: markup (SVG, HTML, XML) is `text/plain`, so that no browser runs what it holds. Every kind of
        ZIP is a ZIP here; which office document it is, its members say (`zip_examination`).
    """
    content = _type_of_bytes(head)
    return _REFINED.get(content, {}).get(ending_of(name), content)


def ending_of(name: str) -> str:
    """Return the last ending of a name in small letters, with its dot."""
    return PurePath(name).suffix.lower()


def _type_of_bytes(head: bytes) -> str:
    is_text = _is_text(head)
    for offset, magic, media_type in _MAGIC:
        if head.startswith(magic, offset) and not (is_text and media_type in _WORDS):
            return media_type
    if is_text:
        return TEXT
    return "image/bmp" if _BITMAP.match(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) > 3  # a sign cut in two by the end of the head
    return True
