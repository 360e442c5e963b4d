from __future__ import annotations

from pathlib import Path

import pytest

from app.foundation import file_words
from app.foundation.file_words import FileWords, is_read_whole, read_file, words_of_file
from app.printing.paper import Words
from tests.factories import hostile_files as made
from tests.printing.test_rendering import PAPER, render, replace

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def a_file(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "content"
    file.write_bytes(content)
    return file


def word(text: str) -> bytes:
    body = f"<w:document {SPACE}><w:p><w:r><w:t>{text}</w:t></w:r></w:p><w:p>next</w:p></w:document>"
    return made.zip_of({made.CONTENT_TYPES: b"<Types/>", "word/document.xml": body.encode()})


def test_words_of_word_excel_open_document_and_text(tmp_path: Path) -> None:
    excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    strings = b"<sst><si><t>LOT-7</t></si><si><t>second</t></si></sst>"
    office = "application/vnd.oasis.opendocument.text"

    assert words_of_file(a_file(tmp_path, word("LOT-2024/0017")), WORD).split() == ["LOT-2024/0017", "next"]
    assert words_of_file(a_file(tmp_path, made.zip_of({"xl/sharedStrings.xml": strings})), excel).split() == [
        "LOT-7",
        "second",
    ]
    assert words_of_file(
        a_file(tmp_path, made.zip_of({"content.xml": b"<d><p>open <b>text</b> end</p></d>"})), office
    ).split() == ["open", "text", "end"]
    assert words_of_file(a_file(tmp_path, "Öl".encode()), "text/plain") == "Öl"


def test_words_of_a_pdf(tmp_path: Path) -> None:
    content = render(replace(PAPER, parts=(Words("Use lot LOT-2024/0017 only."),))).content

    assert "Use lot LOT-2024/0017 only." in words_of_file(a_file(tmp_path, content), "application/pdf")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 broken", "application/pdf"),
        (b"PK\x03\x04 broken", WORD),
        (made.png(), "image/png"),
        (word("x").replace(b"PK", b"KP"), WORD),
    ],
)
def test_what_cannot_be_read_has_no_words(tmp_path: Path, content: bytes, media_type: str) -> None:
    assert words_of_file(a_file(tmp_path, content), media_type) == ""


def test_entities_of_a_hostile_document_reach_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    hostile = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><x><p>&e; words</p></x>'
    file = a_file(tmp_path, made.zip_of({"word/document.xml": hostile.encode()}))

    assert "secret" not in words_of_file(file, WORD)


def test_a_file_that_takes_too_long_has_no_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_words, "LONGEST_SECONDS", 0.01)

    assert words_of_file(a_file(tmp_path, b"x"), "text/plain") == ""


@pytest.mark.parametrize("words", ["one\fsecond\f", "plain"])
def test_a_file_whose_pages_all_have_words_is_read_whole(words: str) -> None:
    assert is_read_whole(FileWords(words, is_complete=True))
    assert not is_read_whole(FileWords(words, is_complete=False))


@pytest.mark.parametrize("words", ["one\f \n\f", "\f", ""])
def test_a_page_without_words_is_told(words: str) -> None:
    assert not is_read_whole(FileWords(words, is_complete=True))


def workbook(*, sheet: bytes = b"<x/>") -> bytes:
    strings = b"<sst><si><t>LOT-7</t></si></sst>"
    return made.zip_of({"xl/sharedStrings.xml": strings, "ppt/slides/slide1.xml": sheet})


@pytest.mark.parametrize(
    ("bound", "value"), [("MOST_WORDS", 3), ("LARGEST_PART", 20), ("MOST_WORDS", 2_000_000)]
)
def test_a_file_above_a_bound_is_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    child = tmp_path / "child.py"
    program = file_words._CHILD.read_text("utf-8")
    child.write_text(program.replace('if __name__ == "__main__":', f"{bound} = {value}\n\nif True:"), "utf-8")
    monkeypatch.setattr(file_words, "_CHILD", child)

    read = read_file(a_file(tmp_path, workbook()), OFFICE)

    assert is_read_whole(read) is (value == 2_000_000)


def test_pages_above_the_bound_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        file_words._CHILD.read_text("utf-8").replace("MOST_PAGES = 2_000", "MOST_PAGES = 0"), "utf-8"
    )
    monkeypatch.setattr(file_words, "_CHILD", child)
    content = render(replace(PAPER, parts=(Words("Use lot 17 only."),))).content

    assert not read_file(a_file(tmp_path, content), "application/pdf").is_complete


def test_a_reading_that_fails_midway_keeps_its_words_and_tells(tmp_path: Path) -> None:
    read = read_file(a_file(tmp_path, workbook(sheet=b"<x>broken")), OFFICE)

    assert "LOT-7" in read.text
    assert not is_read_whole(read)
