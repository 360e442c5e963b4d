"""The expressions that begin with a word: if, for, some, every, function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.decisions.feel import nodes
from app.decisions.feel.lexer import Kind
from app.decisions.feel.tree import mentions
from app.decisions.feel.type_parser import parse_type
from app.decisions.feel.types import ANY, Type
from app.foundation.i18n import gettext as _

if TYPE_CHECKING:
    from app.decisions.feel.parser import Parser


def parse_conditional(parser: Parser) -> nodes.Node:
    """Read `if a then b else c`."""
    parser.stream.expect("if")
    condition = parser.expression()
    parser.stream.expect("then")
    consequence = parser.expression()
    parser.stream.expect("else")
    return nodes.Conditional(condition, consequence, parser.expression())


def parse_for(parser: Parser) -> nodes.Node:
    """Read `for x in list, y in 1..3 return body`."""
    parser.stream.expect("for")
    iterators = _iterators(parser)
    parser.stream.expect("return")
    body = parser.expression()
    return nodes.For(iterators, body, sees_partial=mentions(body, "partial"))


def parse_quantified(parser: Parser) -> nodes.Node:
    """Read `some x in list satisfies test`, or the same with every."""
    is_every = parser.stream.advance().value == "every"
    iterators = _iterators(parser)
    parser.stream.expect("satisfies")
    return nodes.Quantified(is_every, iterators, parser.expression())


def parse_function(parser: Parser) -> nodes.Node:
    """Read `function(a, b: number) body`. External bodies are other languages' code and are refused."""
    stream = parser.stream
    stream.expect("function")
    stream.expect("(")
    parameters: list[tuple[str, Type]] = []
    while not stream.at(")"):
        if parameters:
            stream.expect(",")
        name = _local_name(parser, ":", ",", ")")
        kind = parse_type(stream, parser.types) if stream.accept(":") else ANY
        parameters.append((name, kind))
        stream.grow()
    stream.expect(")")
    for name, _kind in parameters:
        stream.learn(name)
    if stream.at_name("external"):
        raise stream.refuse(
            _("functions in other languages are not run."), _("Write the function as an expression.")
        )
    return nodes.FunctionLiteral(tuple(parameters), parser.expression())


def _iterators(parser: Parser) -> tuple[nodes.Iterator, ...]:
    found: list[nodes.Iterator] = []
    while not found or parser.stream.accept(","):
        parser.stream.grow()
        name = _local_name(parser, "in")
        parser.stream.expect("in")
        source = parser.expression()
        end = parser.expression() if parser.stream.accept("..") else None
        found.append(nodes.Iterator(name, source, end))
        parser.stream.learn(name)
    return tuple(found)


def _local_name(parser: Parser, *ends: str) -> str:
    stream = parser.stream
    start = stream.token.start
    if stream.token.kind is not Kind.NAME:
        raise stream.refuse(_("a name is missing here."))
    while not stream.at(*ends) and stream.advance().kind is not Kind.END:
        pass
    return " ".join(stream.text[start : stream.token.start].split())
