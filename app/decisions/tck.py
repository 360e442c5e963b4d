"""Runs the cases of the DMN Technology Compatibility Kit against our evaluator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from app.decisions.dmn.errors import DecisionNotFound
from app.decisions.dmn.model import DecisionModel
from app.decisions.dmn.reader import read_draft
from app.decisions.dmn.xml import child, children, parse_safely
from app.decisions.feel.budget import Budget
from app.decisions.feel.conversion import to_feel
from app.decisions.feel.temporal_text import parse_date, parse_datetime, parse_duration, parse_time
from app.decisions.feel.values import Function, Value
from app.foundation.errors import Invalid, QmsError

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
# The kit's results come from binary arithmetic; ours from 34 decimal digits.
TOLERANCE = Decimal("1E-8")
# The kit measures the language, not the limits Keel sets to its authors.
BUDGET = Budget(steps=200_000, text=20_000, nodes=2_000)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one test case. Shape: `detail` is empty if it passed, else says what differed."""

    folder: str
    case: str
    is_passed: bool
    detail: str = ""


def run_tck(directory: Path) -> Iterator[CaseResult]:
    """Yield the result of every test case below a directory, in the order of the folders.

    Errors: none; a model that cannot be read fails its cases.
    """
    for tests in sorted(directory.rglob("*-test-*.xml")):
        yield from _run_file(tests)


def _run_file(path: Path) -> Iterator[CaseResult]:
    root = parse_safely(path.read_bytes())
    folder = f"{path.parent.parent.name}/{path.parent.name}"
    cases = children(root, "testCase")
    file_name = (child(root, "modelName").text or "").strip()  # type: ignore[union-attr]
    try:
        model = _load(path.parent / file_name)
    except (Invalid, OSError) as error:
        yield from (CaseResult(folder, case.get("id", ""), False, str(error)) for case in cases)
        return
    for case in cases:
        differences = _run_case(model, case)
        yield CaseResult(folder, case.get("id", ""), not differences, "; ".join(differences))


def _load(path: Path) -> DecisionModel:
    imported: list[DecisionModel] = []
    waiting = [other for other in sorted(path.parent.glob("*.dmn")) if other != path]
    # A model may import one that comes later in the folder: go round until nothing more can be read.
    for _round in range(len(waiting)):
        for other in tuple(waiting):
            draft = read_draft(other.read_bytes(), name=other.name, imported=imported, budget=BUDGET)
            if not any(problem.rule == "dmn-import" for problem in draft.problems):
                imported.append(draft.model)
                waiting.remove(other)
    return read_draft(path.read_bytes(), name=path.name, imported=imported, budget=BUDGET).model


def _run_case(model: DecisionModel, case: etree._Element) -> list[str]:
    inputs: dict[str, object] = {
        node.get("name", ""): read_value(node) for node in children(case, "inputNode")
    }
    differences: list[str] = []
    found: Value
    for node in children(case, "resultNode"):
        name = node.get("name", "")
        expected_node = child(node, "expected")
        expected = None if expected_node is None else read_value(expected_node)
        found, reason = None, ""
        try:
            found = _evaluate(model, case, name, inputs)
        except QmsError as error:
            reason = f" ({error})"
        if not is_close(found, expected):
            differences.append(f"{name}: expected {expected!r}, found {found!r}{reason}")
    return differences


def _evaluate(model: DecisionModel, case: etree._Element, name: str, inputs: dict[str, object]) -> Value:
    run = model.begin(inputs, budget=BUDGET)
    if case.get("type", "decision") == "decision":
        if name not in model.decisions:
            raise DecisionNotFound(name, model.name)
        return run.decide(model.decisions[name])
    invocable = case.get("invocableName")
    key = next((key for key, element in model.elements.items() if element.name == invocable), None)
    function = None if key is None else run.value_of(key)
    if not isinstance(function, Function):
        raise DecisionNotFound(str(invocable), model.name)
    arguments = {parameter.name: to_feel(inputs.get(parameter.name)) for parameter in function.parameters}
    result = run.expressions.call(function, (), arguments)
    return result[name] if name != invocable and isinstance(result, dict) and name in result else result


def read_value(node: etree._Element) -> Value:
    """Return the value a node of a test file describes: a plain value, a list, or components."""
    items = child(node, "list")
    if items is not None:
        return tuple(read_value(item) for item in children(items, "item"))
    components = children(node, "component")
    if components:
        return {component.get("name", ""): read_value(component) for component in components}
    value = child(node, "value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    return _scalar(value.get(f"{XSI}type", "").rpartition(":")[2], value.text or "")


def _scalar(kind: str, text: str) -> Value:
    readers = {"date": parse_date, "time": parse_time, "dateTime": parse_datetime, "duration": parse_duration}
    if kind in readers:
        return readers[kind](text.strip())
    if kind == "boolean":
        return text.strip() == "true"
    if kind in {"decimal", "double", "integer", "int", "float", "long"}:
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return None
    return text


def is_close(found: Value, expected: Value) -> bool:
    """Tell whether a result is the expected one, numbers within the tolerance of the kit."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(is_close, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(is_close(found[key], expected[key]) for key in found)
    return found == expected
