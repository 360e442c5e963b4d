"""Every code that Keel writes into the trail has words; people never read the code instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.lifecycles import DEEDS, LIFECYCLES
from app.organisation.kinds import KINDS
from app.process_map.parts import PARTS
from app.trail.deed_words import DeedBook, DeedWords
from app.training.entries import LISTS

APP = Path(__file__).resolve().parents[2] / "app"
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
NOTERS = frozenset({"_note", "note_deed", "_trail", "_end", "_deed"})  # hand their code on to the trail
KNOWN = frozenset(one.verb for one in DEEDS)


def codes_written(tree: ast.Module) -> Iterator[str]:
    """Yield the codes in calls that write deeds, and those of constants that such a call names."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        spoken = [word.value for word in call.keywords if word.arg == "verb"]
        if isinstance(call.func, ast.Name) and call.func.id in NOTERS:
            spoken += call.args
        for part in (part for value in spoken for part in ast.walk(value)):
            value = constants.get(part.id) if isinstance(part, ast.Name) else getattr(part, "value", None)
            if isinstance(value, str) and CODE.fullmatch(value):
                yield value


def test_every_code_in_the_source_has_words() -> None:
    written = {
        code: path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for code in codes_written(ast.parse(path.read_text()))
    }

    assert len(written) > 100
    assert {code: path for code, path in written.items() if code not in KNOWN} == {}


def test_every_code_that_is_put_together_has_words() -> None:
    deeds = ("added", "changed", "retired", "restored")
    written = {f"{kind.key}.{deed}" for kind in KINDS.values() for deed in deeds}
    written |= {f"process.{part}_{deed}" for part in PARTS for deed in ("added", "changed", "ended")}
    written |= {f"training_{key}.{deed}" for key in LISTS for deed in ("added", "changed", "ended")}

    assert written - KNOWN == set()


def test_every_measure_has_words() -> None:
    for lifecycle in LIFECYCLES:
        assert lifecycle.measure_words.keys() == lifecycle.measures.keys()


@pytest.mark.parametrize("one", DEEDS, ids=lambda one: one.verb)
def test_words_can_be_said(one: DeedWords) -> None:
    book = DeedBook()
    book.use(DEEDS)
    facts = dict.fromkeys(("task", "person", "file", "to", "stage", "revision", "copy"), "it")

    assert one.verb not in book.name_of(one.verb)
    assert "%" not in book.sentence_of(one.verb, facts)


def test_a_code_of_an_older_version_is_spelt_out() -> None:
    book = DeedBook()

    assert book.name_of("thing.was_turned") == "thing was turned"
    assert book.sentence_of("thing.was_turned", {}) == "noted: thing was turned"


def test_a_code_has_one_place_for_its_words() -> None:
    twice = (DeedWords("a.done", "Done", "did it"), DeedWords("a.done", "Made", "made it"))

    with pytest.raises(ValueError, match=r"declared twice: a\.done"):
        DeedBook().use(twice)
