from __future__ import annotations

import ast
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from app.workflow.compile.bpmn import FLOW_NODES
from app.workflow.validation.elements import ATTRIBUTES
from app.workflow.validation.reference import pages, supported_elements
from app.workflow.validation.traps import TRAPS, Trap

ROOT = Path(__file__).resolve().parents[3]
XSD = "{http://www.w3.org/2001/XMLSchema}"


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: str(trap.number))
def test_every_trap_names_a_test_that_exists(trap: Trap) -> None:
    path, name = trap.test.split("::")

    tree = ast.parse((ROOT / path).read_text())

    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_trap_is_answered() -> None:
    assert [trap.number for trap in TRAPS] == list(range(1, 39))


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_generated_pages_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text() == pages()[name]


def test_every_executed_element_is_documented() -> None:
    assert {one.name for one in supported_elements()} == FLOW_NODES
    assert all(one.note for one in supported_elements())


def test_our_attributes_repeat_no_name_of_bpmn() -> None:
    schema = etree.parse(str(Path(XSD_PATH).with_name("Semantic.xsd")))
    types = {
        name: set[str]() for name in ("tUserTask", "tServiceTask", "tActivity", "tFlowNode", "tBaseElement")
    }
    for name in types:
        found = schema.find(f".//{XSD}complexType[@name='{name}']")
        types[name] = (
            {one.get("name", "") for one in found.iter(f"{XSD}attribute")} if found is not None else set()
        )

    theirs = set().union(*types.values())

    assert "isForCompensation" in theirs
    assert theirs.isdisjoint(set().union(*ATTRIBUTES.values()))
