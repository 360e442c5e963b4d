"""Reads decision tables and refuses shapes that could not be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from app.decisions.dmn.boxed import Boxed, UnreadableBox
from app.decisions.dmn.hit_policy import Aggregator, HitPolicy
from app.decisions.dmn.table import DecisionTable, Input, Output, Rule
from app.decisions.dmn.xml import child, children, place_of, text_of
from app.decisions.feel.expression import Expression, UnaryTests
from app.foundation.i18n import gettext as _

if TYPE_CHECKING:
    from app.decisions.dmn.reader_boxed import BoxedReader


def read_table(reader: BoxedReader, element: etree._Element) -> Boxed:
    """Return the table of an element; one that cannot be read is noted and refuses to be evaluated."""
    inputs = tuple(_input(reader, column) for column in children(element, "input"))
    outputs = tuple(_output(reader, column) for column in children(element, "output"))
    policy, aggregator = _policy(reader, element)
    rules = [
        _rule(reader, row, index, len(inputs), len(outputs))
        for index, row in enumerate(children(element, "rule"), 1)
    ]
    if not outputs:
        reader.notes.add(element, "dmn-output", _("The table has no output column."))
    if aggregator not in {None, Aggregator.COUNT} and len(outputs) > 1:
        sentence = _("Only a table with one output column can be added up.")
        reader.notes.add(element, "dmn-aggregator", sentence, _("Remove the aggregation, or the columns."))
    readable = [rule for rule in rules if rule is not None]
    if policy is None or not outputs or len(readable) != len(rules):
        return UnreadableBox(place_of(element))
    return DecisionTable(
        id=place_of(element),
        name=_table_name(element),
        policy=policy,
        aggregator=aggregator,
        inputs=inputs,
        outputs=outputs,
        rules=tuple(readable),
    )


def _table_name(element: etree._Element) -> str:
    parent = element.getparent()
    return (parent.get("name") if parent is not None else None) or place_of(element)


def _policy(reader: BoxedReader, element: etree._Element) -> tuple[HitPolicy | None, Aggregator | None]:
    policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
    try:
        chosen = HitPolicy(policy)
        return chosen, Aggregator(aggregation) if aggregation and chosen is HitPolicy.COLLECT else None
    except ValueError:
        sentence = _("There is no hit policy “%(policy)s”.", policy=f"{policy} {aggregation or ''}".strip())
        reader.notes.add(element, "dmn-hit-policy", sentence)
        return None, None


def _input(reader: BoxedReader, column: etree._Element) -> Input:
    expression = child(column, "inputExpression")
    if expression is None or not text_of(expression):
        reader.notes.add(column, "dmn-input", _("The column has no expression."), _("Say what it looks at."))
        return Input(UnreadableBox(place_of(column)), reader.types.of(None))
    return Input(reader.literal(expression), reader.types.of(expression))


def _output(reader: BoxedReader, column: etree._Element) -> Output:
    default = child(column, "defaultOutputEntry")
    return Output(
        name=" ".join(column.get("name", "").split()),
        type=reader.types.of(column),
        priorities=_priorities(reader, child(column, "outputValues")),
        default=None if default is None else reader.literal(default),
    )


def _priorities(reader: BoxedReader, values: etree._Element | None) -> Expression | None:
    text = text_of(values)
    return None if values is None or not text else reader.notes.expression(values, f"[{text}]")


def _rule(reader: BoxedReader, row: etree._Element, index: int, inputs: int, outputs: int) -> Rule | None:
    tests = [_tests(reader, cell) for cell in children(row, "inputEntry")]
    boxes = [reader.literal(cell) for cell in children(row, "outputEntry")]
    if len(tests) != inputs or len(boxes) != outputs:
        sentence = _("Rule %(index)s has more or fewer cells than the head.", index=index)
        reader.notes.add(row, "dmn-rule", sentence)
        return None
    readable = tuple(test for test in tests if test is not None)
    return Rule(row.get("id") or f"rule {index}", readable, tuple(boxes)) if len(readable) == inputs else None


def _tests(reader: BoxedReader, cell: etree._Element) -> UnaryTests | None:
    return reader.notes.unary_tests(cell, text_of(cell) or "-")
