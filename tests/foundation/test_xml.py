from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.foundation.xml import SIZE_LIMIT, UnsafeXml, safe_parse

ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (ENTITY, "xml.doctype"),
        (LAUGHS, "xml.doctype"),
        (b'<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd"><x/>', "xml.doctype"),
        (ENTITY.decode().encode("utf-16"), "xml.encoding"),
        (b'<?xml version="1.0" encoding="UTF-7"?><x/>', "xml.encoding"),
        (b"<?xml-stylesheet href='x.xsl'?><x/>", "xml.instruction"),
        (b"<x><?php echo 1 ?></x>", "xml.instruction"),
        (b"<x/><?after x?>", "xml.instruction"),
        (
            b'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></x>',
            "xml.include",
        ),
        (b"<x>", "xml.syntax"),
        (b"", "xml.syntax"),
        (b"<x>&unknown;</x>", "xml.syntax"),
        (b"<d>" * 5_000 + b"</d>" * 5_000, "xml.syntax"),
        (b"<x>" + b"a" * SIZE_LIMIT + b"</x>", "xml.size"),
    ],
)
def test_what_could_reach_outside_is_refused(document: bytes, rule: str) -> None:
    before = time.monotonic()

    with pytest.raises(UnsafeXml) as refused:
        safe_parse(document)

    assert [problem.rule for problem in refused.value.problems] == [rule]
    assert time.monotonic() - before < 1


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "us-ascii"])
def test_a_declared_encoding_is_read(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><x>plain</x>'.encode()

    assert safe_parse(document).text == "plain"


def test_comments_are_dropped() -> None:
    assert len(safe_parse(b"<x><!-- hidden --><y/></x>")) == 1


def test_many_attributes_are_read_quickly() -> None:
    attributes = " ".join(f'a{number}="1"' for number in range(10_000))

    assert len(safe_parse(f"<x {attributes}/>".encode()).attrib) == 10_000


def test_the_exchange_diagrams_are_read(shared: Path) -> None:
    for path in (shared / "data" / "bpmn-miwg").glob("*.bpmn"):
        assert safe_parse(path.read_bytes()).tag.endswith("definitions")
