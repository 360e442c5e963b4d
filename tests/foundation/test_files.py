from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.errors import Broken
from app.foundation.file_store import ContentMissing, FileStore, FileTooLarge
from app.foundation.file_types import CLOSED_ARCHIVE, PROGRAM, UNKNOWN, detect_type
from app.foundation.files import FileRefused, StoredFile, clean_name, store_file, sweep_orphans
from app.foundation.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")
TWO_DAYS = timedelta(days=2)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def keep(store: FileStore, content: bytes = b"hello", name: str = "note.txt") -> StoredFile:
    with unit_of_work(actor_id=7) as uow:
        return store_file(uow, store, io.BytesIO(content), name)


def make_old(store: FileStore, sha256: str) -> None:
    moment = time.time() - TWO_DAYS.total_seconds()
    os.utime(store.path(sha256), (moment, moment))


def test_a_file_lies_under_its_hash_and_reads_back(store: FileStore) -> None:
    row = keep(store)

    path = store.path(row.sha256)
    assert path.relative_to(path.parents[2]).as_posix() == f"{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}"
    assert (path.stat().st_mode & 0o777, row.size, row.media_type, row.created_by_id) == (
        0o600,
        5,
        "text/plain",
        7,
    )
    with store.open(row.sha256, row.size) as stream:
        assert stream.read() == b"hello"


def test_the_same_content_is_kept_once_under_two_names(store: FileStore) -> None:
    first, second = keep(store), keep(store, name="copy.txt")

    assert first.id != second.id
    assert list(store.all()) == [first.sha256]


def test_a_file_beyond_the_limit_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(FileTooLarge), unit_of_work() as uow:
        store_file(uow, store, io.BytesIO(b"x" * 1001), "big.bin", max_bytes=1000)

    assert list(store.all()) == []
    assert list((store.path("0" * 64).parents[2] / "half-written").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00\x03", b"\x7fELF\x02\x01\x01\x00"])
def test_empty_files_and_programs_are_refused_whatever_their_name(store: FileStore, content: bytes) -> None:
    with pytest.raises(FileRefused):
        keep(store, content, "report.pdf")


def test_a_damaged_content_is_not_handed_out(store: FileStore) -> None:
    row = keep(store)
    store.path(row.sha256).write_bytes(b"hell")

    with pytest.raises(ContentMissing):
        store.open(row.sha256, row.size)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_names_a_content(store: FileStore, name: str) -> None:
    with pytest.raises(Broken):
        store.path(name)


def test_the_sweep_takes_old_contents_that_no_row_names(store: FileStore, clock: Clock) -> None:
    named, orphan, young = (
        keep(store),
        store.put(io.BytesIO(b"orphan"), 99),
        store.put(io.BytesIO(b"young"), 99),
    )
    make_old(store, named.sha256)
    make_old(store, orphan.sha256)
    clock.advance(timedelta(days=60))  # a demo's clock must not make a young upload old

    removed = sweep_orphans(db.session(), store)

    assert removed == 1
    assert sorted(store.all()) == sorted([named.sha256, young.sha256])


def test_an_old_content_that_is_uploaded_again_is_young(store: FileStore) -> None:
    orphan = store.put(io.BytesIO(b"again"), 99)
    make_old(store, orphan.sha256)

    store.put(io.BytesIO(b"again"), 99)

    assert sweep_orphans(db.session(), store) == 0


def test_the_sweep_takes_what_an_interrupted_upload_left(store: FileStore) -> None:
    keep(store)
    half = store.path("0" * 64).parents[2] / "half-written" / "abc"
    half.write_bytes(b"x")
    os.utime(half, (0, 0))

    assert sweep_orphans(db.session(), store) == 1
    assert not half.exists()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../x", "x"),
        ("C:\\temp\\report.pdf", "report.pdf"),
        ("a\0b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("LPT³.log", "_LPT³.log"),
        ("conin$", "_conin$"),
        ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("  . ", "file"),
        ("", "file"),
        ("...", "file"),
        ("A\u030angstro\u0308m.pdf", "Ångström.pdf"),
        ("half\ud800.pdf", "half_.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_hostile_name_is_made_harmless(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@given(st.text())
def test_any_name_becomes_one_that_fits(raw: str) -> None:
    name = clean_name(raw)

    assert 1 <= len(name) <= 150
    assert not set(name) & set('/\\<>:"|?*\0\r\n')
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"%PDF-1.7", "x.exe", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "x", "image/png"),
        (b"PK\x03\x04", "x.XLSX", "application/zip"),
        (b"PK\x03\x04", "x.pdf", "application/zip"),
        (b"BM\x00\x10\x00\x00\x00\x00\x00\x00", "x", "image/bmp"),
        (b"BZh91AY&SY\xff\x00", "x", CLOSED_ARCHIVE),
        (b"BZh is a word", "x.txt", "text/plain"),
        (b"a;b\n1;2\n", "x.csv", "text/csv"),
        (b"<svg onload=alert(1)>", "x.svg", "text/plain"),
        (b"<html><script>", "x.html", "text/plain"),
        (b"MZ-12;MZ-13\n", "parts.csv", "text/csv"),
        (b"MZ\x00", "parts.csv", PROGRAM),
        (b"RIFF\x00\x00\x00\x00WEBP", "x", "image/webp"),
        ("ü".encode() * 2048, "x", "text/plain"),
        (b"x" + "ü".encode() * 2047 + b"\xc3", "x", "text/plain"),
        (b"\xff\xfe\x01", "x.txt", UNKNOWN),
    ],
)
def test_the_content_says_what_a_file_is(head: bytes, name: str, media_type: str) -> None:
    assert detect_type(head, name) == media_type
