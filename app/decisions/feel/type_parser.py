"""Types as expressions write them, such as `number`, `list<string>` or `context<a: number>`."""

from __future__ import annotations

from collections.abc import Mapping

from app.decisions.feel.lexer import Kind
from app.decisions.feel.token_stream import TokenStream
from app.decisions.feel.types import (
    ANY,
    BUILTIN_TYPES,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)
from app.foundation.i18n import gettext as _

_LONG_NAMES = tuple(sorted((name for name in BUILTIN_TYPES if " " in name), key=len, reverse=True))


def parse_type(stream: TokenStream, known: Mapping[str, Type]) -> Type:
    """Read one type at the current token.

    Errors: FeelSyntaxError for an unknown type.
    """
    stream.descend()
    stream.grow()
    position = stream.token.start
    name = _type_name(stream, known)
    parametrised = {"list": _list, "range": _range, "context": _context, "function": _function}
    if stream.at("<") and name in parametrised:
        stream.advance()
        result = parametrised[name](stream, known)
    elif name in known:
        result = known[name]
    elif name in BUILTIN_TYPES:
        result = BUILTIN_TYPES[name]
    else:
        stream.move_to(position)
        raise stream.refuse(
            _("there is no type “%(name)s”.", name=name), _("Use number, string, boolean, date, list, …")
        )
    stream.ascend()
    return result


def _type_name(stream: TokenStream, known: Mapping[str, Type]) -> str:
    if stream.accept("null"):
        return "Null"
    if stream.accept("function"):
        return "function"
    rest = stream.text[stream.token.start :]
    for name in (*sorted(known, key=len, reverse=True), *_LONG_NAMES):
        if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
            stream.move_to(stream.token.start + len(name))
            return name
    if stream.token.kind is not Kind.NAME:
        raise stream.refuse(_("the name of a type is missing here."))
    return stream.advance().value


def _list(stream: TokenStream, known: Mapping[str, Type]) -> Type:
    item = parse_type(stream, known)
    stream.expect(">")
    return ListType(item)


def _range(stream: TokenStream, known: Mapping[str, Type]) -> Type:
    item = parse_type(stream, known)
    stream.expect(">")
    return RangeType(item)


def _context(stream: TokenStream, known: Mapping[str, Type]) -> Type:
    members: list[tuple[str, Type]] = []
    while not stream.at(">"):
        if members:
            stream.expect(",")
        start = stream.token.start
        while not stream.at(":") and stream.token.kind is not Kind.END:
            stream.advance()
        name = " ".join(stream.text[start : stream.token.start].split())
        stream.expect(":")
        members.append((name, parse_type(stream, known)))
    stream.expect(">")
    return ContextType(tuple(members))


def _function(stream: TokenStream, known: Mapping[str, Type]) -> Type:
    parameters: list[Type] = []
    while not stream.at(">"):
        if parameters:
            stream.expect(",")
        parameters.append(parse_type(stream, known))
    stream.expect(">")
    if stream.accept("->"):
        return FunctionType(tuple(parameters), parse_type(stream, known))
    return FunctionType(tuple(parameters), ANY)
