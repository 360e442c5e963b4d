"""Damaged files: whatever is broken in a model, only named errors come out."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.decisions.dmn import read_draft
from app.foundation.errors import QmsError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "dmn-tck"
FILES = tuple(path.read_bytes() for path in sorted(FOLDER.rglob("*.dmn")))


def refusals_of(xml: bytes) -> list[str]:
    """What a damaged model is refused with, when read and when it decides; any other error comes out."""
    refusals = []
    try:
        model = read_draft(xml, name="damaged").model
    except QmsError as error:
        return [error.sentence]
    for decision in model.decisions:
        try:
            model.evaluate(decision, {}).to_json()
        except QmsError as error:
            refusals.append(error.sentence)
    return refusals


def are_sentences(refusals: list[str]) -> bool:
    return all(refusal.strip() for refusal in refusals)


@settings(max_examples=150)
@given(st.sampled_from(FILES), st.integers(0, 10**6), st.binary(max_size=3), st.integers(0, 9))
def test_damaged_bytes(xml: bytes, place: int, put_in: bytes, taken: int) -> None:
    start = place % len(xml)

    assert are_sentences(refusals_of(xml[:start] + put_in + xml[start + taken :]))


@settings(max_examples=150)
@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=3))
def test_moved_and_missing_elements(xml: bytes, moves: list[tuple[int, int]]) -> None:
    root = etree.fromstring(xml)
    for source, target in moves:
        elements = list(root.iter("{*}*"))
        moved = elements[1 + source % (len(elements) - 1)]
        goal = elements[target % len(elements)]
        if moved not in goal.iterancestors() and moved is not goal:
            goal.append(moved)

    assert are_sentences(refusals_of(etree.tostring(root)))


@settings(max_examples=150)
@given(
    st.sampled_from(FILES),
    st.integers(0, 10**6),
    st.sampled_from(["", "x", "1..", "#", "-", "Person's name"]),
)
def test_changed_attributes_and_texts(xml: bytes, place: int, value: str) -> None:
    root = etree.fromstring(xml)
    elements = list(root.iter("{*}*"))
    element = elements[place % len(elements)]
    element.text = value
    for name in element.attrib:
        element.set(name, value)

    assert are_sentences(refusals_of(etree.tostring(root)))
