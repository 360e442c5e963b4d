"""The one way in which XML from outside becomes a tree: bounded and inert."""

from __future__ import annotations

import re

from lxml import etree

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

SIZE_LIMIT = 2_000_000
_XINCLUDE = "http://www.w3.org/2001/XInclude"
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# All of them agree with ASCII byte for byte, so a byte test for DOCTYPE is conclusive.
_ACCEPTED = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})


class UnsafeXml(Invalid):
    """The bytes are not XML that Keel is willing to read."""

    def __init__(self, problem: Problem) -> None:
        """Keep the one reason; reading stops at the first."""
        super().__init__(problem.sentence, [problem])


def safe_parse(data: bytes, limit: int = SIZE_LIMIT) -> etree._Element:
    """Return the root element of a document that cannot reach outside itself.

    Comments are dropped. Entities are never resolved, nothing is fetched.
    Errors: UnsafeXml for size, encoding, DOCTYPE, processing instructions, XInclude and bad syntax.
    Source: XML that people upload must not read files, reach the network or exhaust memory.
    """
    _refuse_bytes(data, limit)
    try:
        root = etree.fromstring(data, parser=_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unsafe(
            "xml.syntax",
            _("The file is not well-formed XML: %(reason)s.", reason=str(error).rstrip(".")),
            _("Open it in the editor it came from and export it again."),
        ) from error
    _refuse_tree(root)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        recover=False,
    )


def _refuse_bytes(data: bytes, limit: int) -> None:
    """Refuse what can be told from the bytes."""
    if len(data) > limit:
        raise _unsafe(
            "xml.size",
            _("The file is larger than %(limit)s bytes.", limit=limit),
            _("Split the diagram, or remove embedded pictures."),
        )
    declared = _DECLARED.match(data[:400])
    if b"\x00" in data or (declared is not None and declared.group(1).lower() not in _ACCEPTED):
        raise _unsafe("xml.encoding", _("The file is not written in UTF-8."), _("Save it as UTF-8."))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _unsafe(
            "xml.doctype", _("The file declares a DOCTYPE or entities."), _("Remove the declaration.")
        )


def _refuse_tree(root: etree._Element) -> None:
    """Refuse what shows only after parsing."""
    outside = [root.getprevious(), root.getnext()]
    if any(node is not None for node in outside) or next(root.iter(etree.PI), None) is not None:
        raise _unsafe(
            "xml.instruction",
            _("The file has processing instructions."),
            _("Remove the lines that start with <?."),
        )
    if next(root.iter(f"{{{_XINCLUDE}}}*"), None) is not None:
        raise _unsafe("xml.include", _("The file includes other files."), _("Paste their content instead."))


def _unsafe(rule: str, sentence: str, mend: str) -> UnsafeXml:
    return UnsafeXml(Problem("", rule, sentence, mend))
