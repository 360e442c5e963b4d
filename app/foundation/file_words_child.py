"""The child process that reads the words of one file, within bounds, and writes them to standard output.

Started by path and alone (`python -I file_words_child.py FILE TYPE`): it imports nothing of Keel. What people
uploaded may be broken or hostile; the worst it can do here is to end this process.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from pypdf import PdfReader

if sys.platform != "win32":
    import resource

MEMORY = 1024 * 1024 * 1024
SECONDS = 40
LARGEST_PART = 64 * 1024 * 1024
MOST_WORDS = 2_000_000  # letters
MOST_PAGES = 2_000
PARTIAL = 3  # the exit code when a bound was met
_OFFICE = ("word/document.xml", "word/footnotes.xml", "xl/sharedStrings.xml", "content.xml")
_BREAKS = frozenset({"p", "h", "si", "br", "tab", "row", "table-row"})


class _TooMuch(Exception):
    """A file has more than is read of it."""


def main(file: Path, media_type: str) -> int:
    """Write the words of a file in UTF-8; nothing for a kind that has none.

    Shape: returns 0, or `PARTIAL` when there is more than was written.
    """
    _bound()
    left = MOST_WORDS
    try:
        for words in _words(file, media_type):
            sys.stdout.buffer.write(words[:left].encode("utf-8", "replace"))
            left -= len(words)
            if left < 0:
                return PARTIAL
    except _TooMuch:
        return PARTIAL
    return 0


def _bound() -> None:
    if sys.platform != "win32":
        for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
            resource.setrlimit(what, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _words(file: Path, media_type: str) -> Iterator[str]:
    if media_type == "application/pdf":
        yield from _of_pdf(file)
    elif media_type.startswith("text/"):
        yield file.read_text("utf-8", "replace")
    elif "officedocument" in media_type or "opendocument" in media_type or "macroEnabled" in media_type:
        yield from _of_office(file)


def _of_pdf(file: Path) -> Iterator[str]:
    for number, page in enumerate(PdfReader(file).pages):
        if number >= MOST_PAGES:
            raise _TooMuch
        yield page.extract_text()
        yield "\f"  # where a page ends


def _of_office(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        is_whole = True
        slides = sorted(name for name in names if name.startswith("ppt/slides/slide"))
        for name in [*(part for part in _OFFICE if part in names), *slides]:
            if archive.getinfo(name).file_size > LARGEST_PART:
                is_whole = False
            else:
                yield from _of_xml(archive.read(name))
    if not is_whole:
        raise _TooMuch


def _of_xml(data: bytes) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    for node in etree.fromstring(data, parser).iter(etree.Element):
        if etree.QName(node).localname in _BREAKS:
            yield "\n"
        yield node.text or ""
        yield node.tail or ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
