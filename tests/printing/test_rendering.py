from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.printing import rendering
from app.printing.paper import (
    Enclosure,
    Facts,
    Heading,
    NewPage,
    Pages,
    Paper,
    Picture,
    Prose,
    Signature,
    Signatures,
    Table,
    Words,
)
from app.printing.prose import blocks_of
from app.printing.rendering import PaperFailed, render
from app.printing.signs import plain

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '#eval("1") #import "x" <script>alert(1)</script> $x$ *b* _i_ @ref \\u{41} // {{7*7}} %(x)s'
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 9'><rect width='9' height='9'/></svg>"


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    rows = zlib.compress((b"\x00" + b"\x90\xa0\xb0" * width) * height)
    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PAPER = Paper(
    title="Incoming inspection",
    subtitle="SOP-PUR-001",
    language="en",
    made_at=datetime(2026, 3, 17, tzinfo=UTC),
    head=("SOP-PUR-001", "Revision 2.0", "In force since 17 March 2026"),
    foot="Uncontrolled when printed.",
    page_words="Page {page} of {pages}",
    missing_sign="A box stands for a sign that the fonts lack.",
    parts=(
        Facts([("Owner", "Eva Brandt"), ("Hostile", HOSTILE)]),
        Heading("Approval"),
        Signatures(
            ("Name", "Meaning", "When", "Proof"),
            [Signature("Eva Brandt", "Approved", "17 March 2026, 10:00 CET", "Trail 4711", "for Max Muster")],
        ),
        NewPage(),
        Prose(blocks_of(f"# Purpose\n\n{HOSTILE}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |")),
        Table(("Step", "Who"), [("1", "Eva")] * 80, "Many rows"),
        Picture("photo", "A grey square", "The sample"),
        Picture("drawing", "A black box"),
        Words("Said quietly.", is_quiet=True),
    ),
    enclosures={"photo": Enclosure(png(), "image/png"), "drawing": Enclosure(SVG, "image/svg+xml")},
)


def reading(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def words(reader: pypdf.PdfReader) -> list[str]:
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def conformance(reader: pypdf.PdfReader) -> tuple[str, str, str]:
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    names = ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")
    found = [re.search(rf"<{name}>(\w+)<", xmp) for name in names]
    return tuple(one[1] if one else "" for one in found)  # type: ignore[return-value]


def objects(reader: pypdf.PdfReader) -> Iterator[Any]:
    for number in range(1, int(reader.trailer["/Size"])):
        yield reader.get_object(number)


@pytest.fixture(scope="module")
def printed() -> pypdf.PdfReader:
    made = render(PAPER)
    assert made.is_archival
    return reading(made.content)


def test_a_paper_is_pdf_a_and_accessible(printed: pypdf.PdfReader) -> None:
    root = printed.trailer["/Root"]

    assert conformance(printed) == ("2", "A", "1")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert printed.metadata is not None
    assert printed.metadata.title == "Incoming inspection"
    assert "/OutputIntents" in root
    assert not printed.is_encrypted


def test_every_font_is_embedded(printed: pypdf.PdfReader) -> None:
    fonts = [
        one for one in objects(printed) if isinstance(one, dict) and one.get("/Type") == "/FontDescriptor"
    ]

    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(font) for font in fonts)


def test_nothing_in_a_paper_acts_or_leads_outside_by_itself(printed: pypdf.PdfReader) -> None:
    names = {key for one in objects(printed) if isinstance(one, dict) for key in one}

    assert not names & {"/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/EmbeddedFiles", "/AcroForm"}


def test_hostile_text_comes_back_word_for_word(printed: pypdf.PdfReader) -> None:
    first, second, *_rest = words(printed)

    assert " ".join(HOSTILE.split()) in first
    assert "{{7*7}} %(x)s" in second
    assert '#eval("1") #import "x" <script>alert(1)</script> $x$ b i @ref' in second


def test_each_page_says_which_document_it_is_of_how_many_and_uncontrolled(printed: pypdf.PdfReader) -> None:
    pages = words(printed)

    assert len(pages) >= 4
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Uncontrolled when printed." in text
        assert "SOP-PUR-001 Revision 2.0 In force since 17 March 2026" in text


def test_signatures_are_listed_with_meaning_and_moment(printed: pypdf.PdfReader) -> None:
    first = words(printed)[0]

    assert "Name Meaning When Proof" in first
    for fact in ("Eva Brandt", "for Max Muster", "Approved", "17 March 2026, 10:00 CET", "Trail 4711"):
        assert fact in first


def test_the_same_paper_is_the_same_bytes() -> None:
    assert render(PAPER).content == render(PAPER).content


def test_a_watermark_lies_on_every_page() -> None:
    pages = words(reading(render(replace(PAPER, watermark="SUPERSEDED")).content))

    assert all("SUPERSEDED" in text for text in pages)


def test_an_attached_file_travels_inside_as_pdf_a_3() -> None:
    original = Enclosure(b"the bytes", "application/msword", "Prüfung 1.doc", "As approved")

    made = render(replace(PAPER, enclosures={**PAPER.enclosures, "original": original}))

    reader = reading(made.content)
    assert conformance(reader) == ("3", "A", "1")
    assert reader.attachments["Prüfung 1.doc"] == [b"the bytes"]


def test_pages_of_another_pdf_are_framed_and_not_vouched_for(tmp_path: Path) -> None:
    original = tmp_path / "original.pdf"
    original.write_bytes(render(PAPER).content)
    parts = (Heading("The document"), Pages("original", "A page of the document"))
    frame = replace(
        PAPER,
        parts=parts,
        watermark="OBSOLETE",
        enclosures={"original": Enclosure(original, "application/pdf")},
    )

    made = render(frame)

    reader = reading(made.content)
    assert made.is_archival is False
    assert conformance(reader) == ("", "", "")
    assert len(reader.pages) == 1 + len(reading(original.read_bytes()).pages)
    assert all("OBSOLETE" in text for text in words(reader))


def test_signs_without_a_picture_are_boxes_and_the_paper_says_so() -> None:
    (page,) = words(reading(render(replace(PAPER, title="漢字", parts=(Words("😀 yes"),))).content))

    assert "A box stands for a sign that the fonts lack." in page
    assert "yes" in page


def test_every_sign_that_is_called_covered_can_be_set() -> None:
    signs = [chr(number) for number in sorted(plain())]
    lines = [Words(" ".join(signs[at : at + 60])) for at in range(0, len(signs), 60)]

    text = "".join(words(reading(render(replace(PAPER, parts=lines)).content)))

    assert "A box stands for a sign" not in text


def test_an_accent_that_its_letter_s_font_lacks_does_not_stop_the_paper() -> None:
    (page,) = words(reading(render(replace(PAPER, parts=(Words("one \u05b0 two"),))).content))

    assert "one" in page
    assert "two" in page


@given(st.text(max_size=60), st.text(max_size=300))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_can_be_set(title: str, text: str) -> None:
    parts = (Facts([(title, text)]), Prose(blocks_of(text)), Table((title,), [(text,)]))

    assert render(replace(PAPER, title=title or "x", parts=parts)).content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("image/png", b"\x89PNG\r\n\x1a\nbroken"), ("image/svg+xml", b"<svg"), ("image/jpeg", b"\xff\xd8\xff")],
)
def test_a_broken_picture_is_a_named_failure(media_type: str, content: bytes) -> None:
    broken = replace(PAPER, enclosures={**PAPER.enclosures, "photo": Enclosure(content, media_type)})

    with pytest.raises(PaperFailed):
        render(broken)


@pytest.mark.parametrize("address", ["{secret}", "file://{secret}", "http://127.0.0.1:9/x.png"])
def test_a_drawing_reaches_nothing_outside_of_its_paper(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    found = address.format(secret=tmp_path / "secret.png")
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><image href='{found}' width='9'/></svg>"
    drawing = Enclosure(svg.encode(), "image/svg+xml")

    with pytest.raises(PaperFailed):
        render(replace(PAPER, parts=(Picture("drawing", "A box"),), enclosures={"drawing": drawing}))


def test_a_paper_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "LONGEST_SECONDS", 0.01)

    with pytest.raises(PaperFailed, match="too long"):
        render(PAPER)


def test_a_child_that_dies_is_a_named_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text(
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 24,) * 2)\nx = b'x' * (1 << 30)"
    )
    (tmp_path / "paper.typ").write_text("")
    monkeypatch.setattr(rendering, "_HERE", tmp_path)

    with pytest.raises(PaperFailed, match="too large"):
        render(PAPER)


def test_no_server_process_ever_loads_typst() -> None:
    program = "import sys, app.cli.commands, wsgi; print('typst' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
