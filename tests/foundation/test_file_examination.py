from __future__ import annotations

import contextlib
import io
import random
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.file_examination import FileRefused, examine
from app.foundation.file_scanner import Scanner
from app.foundation.file_store import FileStore
from app.foundation.files import receive_file
from app.foundation.picture_sizes import pixels_of
from app.foundation.zip_examination import ZipRefused, examine_zip
from tests.factories import hostile_files as made

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def left_behind(store: FileStore) -> list[str]:
    root = store.path("0" * 64).parents[2]
    return [*store.all(), *(path.name for path in (root / "half-written").glob("*"))]


@pytest.mark.parametrize("kind", made.HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_leaves_nothing(store: FileStore, kind: str) -> None:
    make, name, rule = made.HOSTILE[kind]

    with pytest.raises(FileRefused) as refusal:
        receive_file(store, io.BytesIO(make()), name, 100_000_000)

    (problem,) = refusal.value.problems
    assert problem.rule == rule
    assert problem.sentence.endswith(".")
    assert problem.mend
    assert left_behind(store) == []


@pytest.mark.parametrize("kind", ["million", "bomb", "bombs in a zip", "crowd"])
def test_a_bomb_costs_little_time_and_memory(kind: str) -> None:
    content = made.HOSTILE[kind][0]()
    begun = time.process_time()
    with pytest.raises(ZipRefused):
        examine_zip(io.BytesIO(content), len(content))
    seconds = time.process_time() - begun
    tracemalloc.start()

    with pytest.raises(ZipRefused):
        examine_zip(io.BytesIO(content), len(content))

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 50_000_000


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (made.docx(), "procedure.docx", f"{OFFICE}.wordprocessingml.document"),
        (made.docx(), "procedure.xlsx", f"{OFFICE}.wordprocessingml.document"),
        (
            made.docx({"word/vbaProject.bin": b"\xd0\xcf"}),
            "a.docm",
            "application/vnd.ms-word.document.macroEnabled.12",
        ),
        (
            made.docx({"word/media/image1.emz": b"\x1f\x8b\x08"}),
            "a.docx",
            f"{OFFICE}.wordprocessingml.document",
        ),
        (
            made.zip_of({made.CONTENT_TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
            "list.bin",
            f"{OFFICE}.spreadsheetml.sheet",
        ),
        (
            made.zip_of({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
            "letter.odt",
            "application/vnd.oasis.opendocument.text",
        ),
        (made.zip_of({"a.docx": made.docx(), "b/": b"", "b/c.txt": b"c"}), "set.zip", "application/zip"),
        (made.nested(3), "set.zip", "application/zip"),
        (made.zip_of({}), "nothing.docx", "application/zip"),
        (made.zip_of({"a.csv": b"0;" * 1_000_000}), "table.zip", "application/zip"),
        (made.png(12_000, 9_000), "photo.png", "image/png"),
        (b"%PDF-1.7\nPK\x05\x06 by chance\n%%EOF", "a.pdf", "application/pdf"),
        (b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "a.pdf", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg", "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "page.html", "text/plain"),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "a.txt", "text/plain"),
    ],
)
def test_the_content_decides_what_a_file_is(
    tmp_path: Path, content: bytes, name: str, media_type: str
) -> None:
    file = tmp_path / "upload"
    file.write_bytes(content)

    assert examine(file, name) == media_type


@pytest.mark.parametrize(
    ("content", "media_type", "pixels"),
    [
        (made.png(3, 5), "image/png", 15),
        (made.gif(3, 5), "image/gif", 15),
        (made.jpeg(3, 5), "image/jpeg", 15),
        (b"BM" + b"\x00" * 16 + b"\x03\x00\x00\x00\xfb\xff\xff\xff", "image/bmp", 15),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x00" * 8 + b"\x02\x00\x00\x04\x00\x00", "image/webp", 15),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L" + b"\x00" * 5 + b"\x02\x00\x01\x00", "image/webp", 15),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 10 + b"\x03\x00\x05\x00", "image/webp", 15),
        (
            made.tiff(3, 5),
            "image/tiff",
            15,
        ),
        (b"\xff\xd8\xff\xd9", "image/jpeg", None),
        (b"\x89PNG\r\n\x1a\n", "image/png", None),
        (b"whatever", "text/plain", None),
    ],
)
def test_pixels_are_read_without_decoding(content: bytes, media_type: str, pixels: int | None) -> None:
    assert pixels_of(io.BytesIO(content), media_type) == pixels


@given(st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_a_mangled_archive_is_taken_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(made.zip_of({"a.docx": made.docx(), "b.txt": b"b" * 500}))
    for _change in range(chance.randint(1, 12)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    mangled = bytes(content[: chance.randint(1, len(content))] if chance.random() < 0.2 else content)

    with contextlib.suppress(ZipRefused):
        assert examine_zip(io.BytesIO(mangled), len(mangled)).startswith("application/")


def scanner(tmp_path: Path, body: str) -> Scanner:
    script = tmp_path / "scan with spaces.sh"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o700)
    found = Scanner.of(f"'{script}' --quiet")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "rule"),
    [('grep -q EICAR "$2" && exit 1; exit 0', "virus"), ("exit 2", "unscanned"), ("kill -9 $$", "unscanned")],
)
def test_what_the_scanner_does_not_call_clean_is_not_taken(tmp_path: Path, body: str, rule: str) -> None:
    store = FileStore(tmp_path / "files", scanner(tmp_path, body))

    with pytest.raises(FileRefused) as refusal:
        receive_file(store, io.BytesIO(b"the EICAR words"), "a.txt", 1000)

    assert [problem.rule for problem in refusal.value.problems] == [rule]
    assert left_behind(store) == []


def test_a_scanner_that_is_not_there_takes_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", Scanner.of(str(tmp_path / "no-such-scanner")))

    with pytest.raises(FileRefused, match="could not be checked"):
        receive_file(store, io.BytesIO(b"words"), "a.txt", 1000)


def test_a_clean_file_passes_the_scanner(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", scanner(tmp_path, 'test -s "$2"'))

    received = receive_file(store, io.BytesIO(b"words"), "a.txt", 1000)

    assert left_behind(store) == [received.sha256]


@pytest.mark.parametrize("line", [None, "", "  "])
def test_without_a_command_there_is_no_scanner(line: str | None) -> None:
    assert Scanner.of(line) is None
