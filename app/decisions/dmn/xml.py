"""The only door through which XML of a decision model comes in: size-capped, without entities or DOCTYPE."""

from __future__ import annotations

from lxml import etree

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _

SIZE_LIMIT = 2 * 1024 * 1024


class UnsafeXml(Exception):
    """The bytes are too many, declare a DOCTYPE, or are not XML; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def parse_safely(xml: bytes) -> etree._Element:
    """Return the root element of a document without comments and processing instructions.

    Errors: UnsafeXml.
    """
    if len(xml) > SIZE_LIMIT:
        raise UnsafeXml(_problem("xml-size", _("The file is larger than 2 MB.")))
    # The byte check stops the parser from ever reading a declaration; the second look catches UTF-16.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnsafeXml(_doctype())
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        sentence = _("The file is not readable XML: %(reason)s.", reason=str(error))
        raise UnsafeXml(_problem("xml-syntax", sentence)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml(_doctype())
    return root


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the child elements of these names, of whatever DMN version."""
    return [child for child in element if local_name(child) in names]


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """Return the first child element of these names."""
    return next(iter(children(element, *names)), None)


def text_of(element: etree._Element | None) -> str:
    """Return the content of the element's `text` child, without the blanks around it."""
    inner = child(element, "text") if element is not None else None
    return (inner.text or "").strip() if inner is not None else ""


def place_of(element: etree._Element) -> str:
    """Return the id, or else the name, of the element or the nearest one around it."""
    current: etree._Element | None = element
    while current is not None:
        known = current.get("id") or current.get("name")
        if known:
            return known
        current = current.getparent()
    return ""


def _doctype() -> Problem:
    return _problem("xml-doctype", _("The file declares a DOCTYPE."), _("Remove it; diagrams need none."))


def _problem(rule: str, sentence: str, mend: str = "") -> Problem:
    return Problem(where="", rule=rule, sentence=sentence, mend=mend)
