"""What a file is, told by its content; the name decides only among what the content allows."""

from __future__ import annotations

from pathlib import PurePath

UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
REFUSED_TYPES = frozenset({PROGRAM})

# offset, bytes, type; the first that fits decides
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
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
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"MZ", PROGRAM),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
)

_OFFICE = "application/vnd.openxmlformats-officedocument"
_REFINED: dict[str, dict[str, str]] = {
    "application/zip": {
        ".docx": f"{_OFFICE}.wordprocessingml.document",
        ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
        ".pptx": f"{_OFFICE}.presentationml.presentation",
        ".odt": "application/vnd.oasis.opendocument.text",
        ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    },
    "application/x-ole-storage": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    },
    "text/plain": {".csv": "text/csv", ".json": "application/json", ".eml": "message/rfc822"},
}


def detect_type(head: bytes, name: str) -> str:
    """Return the media type of a file from its first bytes.

    Shape: markup (SVG, HTML, XML) is `text/plain`, so that no browser runs what it holds.
    """
    content = _type_of_bytes(head)
    return _REFINED.get(content, {}).get(PurePath(name).suffix.lower(), content)


def _type_of_bytes(head: bytes) -> str:
    is_text = _is_text(head)
    for offset, magic, media_type in _MAGIC:
        is_plain_word = is_text and media_type == PROGRAM  # a list may begin with the letters MZ
        if head.startswith(magic, offset) and not is_plain_word:
            return media_type
    return "text/plain" if is_text else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) > 3  # a sign cut in two by the end of the head
    return True
