"""What an operator works on: literals, names, brackets, and what follows them (paths, filters, calls)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation, Overflow
from typing import TYPE_CHECKING

from app.decisions.feel import nodes
from app.decisions.feel.blocks import parse_conditional, parse_for, parse_function, parse_quantified
from app.decisions.feel.lexer import Kind
from app.decisions.feel.temporal_text import parse_temporal
from app.decisions.feel.values import NUMBERS, Scalar
from app.foundation.i18n import gettext as _

if TYPE_CHECKING:
    from app.decisions.feel.parser import Parser

_ARGUMENT_NAME = re.compile(r"([^\W\d][\w ]*?)\s*:")
_CONSTANTS: Mapping[str, Scalar] = {"true": True, "false": False, "null": None}


def parse_operand(parser: Parser) -> nodes.Node:
    """Read one operand with everything that follows it."""
    result = _primary(parser)
    while parser.stream.at(".", "[", "("):
        parser.stream.grow()
        if parser.stream.accept("."):
            result = nodes.Path(result, _member(parser))
        elif parser.stream.accept("["):
            result = nodes.Filter(result, parser.expression())
            parser.stream.expect("]")
        else:
            result = _call(parser, result)
    return result


def _member(parser: Parser) -> str:
    if parser.stream.token.kind not in {Kind.NAME, Kind.KEYWORD}:
        raise parser.stream.refuse(_("the name after the dot is missing."))
    return parser.stream.advance().value


def _primary(parser: Parser) -> nodes.Node:
    stream = parser.stream
    stream.grow()
    token = stream.token
    if token.kind is Kind.NAME:
        return nodes.Name(stream.advance().value)
    if token.kind is Kind.NUMBER:
        stream.advance()
        return nodes.Literal(_number(parser, token.value))
    if token.kind is Kind.STRING:
        return nodes.Literal(stream.advance().value)
    if token.kind is Kind.KEYWORD and token.value in _CONSTANTS:
        return nodes.Literal(_CONSTANTS[stream.advance().value])
    opening = _WORDS.get(token.value) if token.kind in {Kind.KEYWORD, Kind.SYMBOL} else None
    if opening is None:
        raise stream.refuse()
    return opening(parser)


def _number(parser: Parser, text: str) -> Decimal:
    try:
        number = NUMBERS.create_decimal(text)
    except (InvalidOperation, Overflow):
        raise parser.stream.refuse(_("the number is too large.")) from None
    if number and number.adjusted() > parser.stream.budget.magnitude:
        raise parser.stream.refuse(_("the number is too large."))
    return number


def _at_literal(parser: Parser) -> nodes.Node:
    parser.stream.expect("@")
    if parser.stream.token.kind is not Kind.STRING:
        raise parser.stream.refuse(_("a text must follow the @."), _('Write it as @"2026-01-31".'))
    value = parse_temporal(parser.stream.token.value)
    if value is None:
        raise parser.stream.refuse(
            _("this is no date, time or duration."), _('Write it as @"2026-01-31", @"08:30:00" or @"P14D".')
        )
    parser.stream.advance()
    return nodes.Literal(value)


def _parenthesised(parser: Parser) -> nodes.Node:
    parser.stream.expect("(")
    inner = parser.test()
    if parser.stream.at("..") and not isinstance(inner, nodes.Test):
        return _range(parser, inner, includes_low=False)
    parser.stream.expect(")")
    return inner


def _bracketed(parser: Parser) -> nodes.Node:
    parser.stream.expect("[")
    if parser.stream.accept("]"):
        return nodes.ListLiteral(())
    first = parser.test()
    if parser.stream.at("..") and not isinstance(first, nodes.Test):
        return _range(parser, first, includes_low=True)
    items = [first]
    while parser.stream.accept(","):
        items.append(parser.test())
    parser.stream.expect("]")
    return nodes.ListLiteral(tuple(items))


def _reversed_bracket(parser: Parser) -> nodes.Node:
    parser.stream.expect("]")
    return _range(parser, parser.expression(), includes_low=False)


def _range(parser: Parser, low: nodes.Node, *, includes_low: bool) -> nodes.Node:
    parser.stream.expect("..")
    high = parser.expression()
    includes_high = parser.stream.at("]")
    if not parser.stream.accept("]", ")", "["):
        raise parser.stream.refuse(_("the range is not closed."), _("Close it with ] or )."))
    return nodes.RangeLiteral(low, high, includes_low, includes_high)


def _context(parser: Parser) -> nodes.Node:
    parser.stream.expect("{")
    entries: list[tuple[str, nodes.Node]] = []
    while not parser.stream.at("}"):
        if entries:
            parser.stream.expect(",")
        parser.stream.grow()
        key = _key(parser)
        if any(key == known for known, _value in entries):
            raise parser.stream.refuse(_("the entry “%(key)s” is given twice.", key=key))
        entries.append((key, parser.expression()))
        parser.stream.learn(key)
    parser.stream.expect("}")
    return nodes.ContextLiteral(tuple(entries))


def _key(parser: Parser) -> str:
    stream = parser.stream
    if stream.token.kind is Kind.STRING and stream.peek().value == ":":
        key = stream.advance().value
    else:
        start = stream.token.start
        while not stream.at(":", "{", "}", ",", "(", ")", "[", "]") and stream.token.kind is not Kind.END:
            stream.advance()
        key = " ".join(stream.text[start : stream.token.start].split())
        if not key or not stream.at(":"):
            raise stream.refuse(_("an entry needs a name and a colon."), _("Write it as {name: value}."))
    stream.expect(":")
    return key


def _call(parser: Parser, callee: nodes.Node) -> nodes.Node:
    stream = parser.stream
    stream.expect("(")
    positional: list[nodes.Node] = []
    named: list[tuple[str, nodes.Node]] = []
    while not stream.at(")"):
        if positional or named:
            stream.expect(",")
        match = _ARGUMENT_NAME.match(stream.text, stream.token.start)
        if match is not None and not positional:
            stream.move_to(match.end())
            named.append((" ".join(match[1].split()), parser.expression()))
        elif named:
            raise stream.refuse(_("arguments are given by name or by place, not both."))
        else:
            positional.append(parser.test())
    stream.expect(")")
    return nodes.Call(callee, tuple(positional), tuple(named))


_WORDS: Mapping[str, Callable[[Parser], nodes.Node]] = {
    "@": _at_literal,
    "(": _parenthesised,
    "[": _bracketed,
    "]": _reversed_bracket,
    "{": _context,
    "if": parse_conditional,
    "for": parse_for,
    "some": parse_quantified,
    "every": parse_quantified,
    "function": parse_function,
}
