"""Small DMN files for the tests, written as a modeller would save them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model_xml(*parts: str, namespace: str = "urn:test") -> bytes:
    """Wrap elements in definitions."""
    body = "".join(parts)
    head = f'<definitions xmlns="{NAMESPACE}" id="model" name="model" namespace="{namespace}">'
    return f"{head}{body}</definitions>".encode()


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(key: str, logic: str, *, requires: Sequence[str] = (), type_ref: str = "") -> str:
    """Write a decision; `requires` are elements such as `requiredInput#age`."""
    arrows = "".join(requirement(text) for text in requires)
    kind = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    variable = f"<variable name={quoteattr(key)}{kind}/>"
    return f"<decision id={quoteattr(key)} name={quoteattr(key)}>{variable}{arrows}{logic}</decision>"


def requirement(text: str) -> str:
    kind, _separator, key = text.partition("#")
    arrow = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return f'<{arrow}><{kind} href="#{key}"/></{arrow}>'


def input_data(name: str, type_ref: str = "") -> str:
    kind = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    variable = f"<variable name={quoteattr(name)}{kind}/>"
    return f"<inputData id={quoteattr(name)} name={quoteattr(name)}>{variable}</inputData>"


def table(
    rules: Sequence[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    inputs: Sequence[str] = ("n",),
    outputs: Sequence[str] = ("result",),
    values: str = "",
    default: str = "",
) -> str:
    """Write a table; each rule lists its input cells, then its output cells. Rule ids are r1, r2, …"""
    aggregate = f' aggregation="{aggregation}"' if aggregation else ""
    columns = "".join(
        f'<input id="in{index}"><inputExpression><text>{escape(text)}</text></inputExpression></input>'
        for index, text in enumerate(inputs)
    )
    allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    columns += "".join(f"<output name={quoteattr(name)}>{allowed}{fallback}</output>" for name in outputs)
    rows = "".join(_rule(index, cells, len(inputs)) for index, cells in enumerate(rules, 1))
    return f'<decisionTable id="table" hitPolicy="{policy}"{aggregate}>{columns}{rows}</decisionTable>'


def _rule(index: int, cells: Sequence[str], inputs: int) -> str:
    parts = [
        f'<{kind} id="r{index}c{place}"><text>{escape(text)}</text></{kind}>'
        for place, text in enumerate(cells)
        for kind in ["inputEntry" if place < inputs else "outputEntry"]
    ]
    return f'<rule id="r{index}">{"".join(parts)}</rule>'
