"""Library functions on texts. Lengths and positions count Unicode characters, from 1."""

from __future__ import annotations

from decimal import Decimal

from app.decisions.feel.regex import InvalidPattern, Pattern, compile_pattern
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.values import Value


def _substring(_runtime: Runtime, text: str, start: Decimal, length: Decimal | None) -> Value:
    if start == 0 or abs(start) > len(text) or (length is not None and length < 1):
        return None
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if length is None or length > len(text):
        return text[first:]
    return text[first : first + int(length)]


def _length(_runtime: Runtime, text: str) -> Value:
    return Decimal(len(text))


def _upper(runtime: Runtime, text: str) -> Value:
    runtime.meter.pay_text(len(text))
    return text.upper()


def _lower(runtime: Runtime, text: str) -> Value:
    runtime.meter.pay_text(len(text))
    return text.lower()


def _before(_runtime: Runtime, text: str, match: str) -> Value:
    found = text.find(match)
    return text[:found] if found >= 0 else ""


def _after(_runtime: Runtime, text: str, match: str) -> Value:
    found = text.find(match)
    return text[found + len(match) :] if found >= 0 else ""


def _contains(runtime: Runtime, text: str, match: str) -> Value:
    runtime.meter.pay_text(len(text))
    return match in text


def _starts_with(_runtime: Runtime, text: str, match: str) -> Value:
    return text.startswith(match)


def _ends_with(_runtime: Runtime, text: str, match: str) -> Value:
    return text.endswith(match)


def _join(runtime: Runtime, items: tuple[Value, ...], delimiter: Value) -> Value:
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        return None
    if delimiter is not None and not isinstance(delimiter, str):
        return None
    glue = delimiter or ""
    runtime.meter.spend(len(texts))
    runtime.meter.pay_text(sum(len(str(text)) for text in texts) + len(glue) * len(texts))
    return glue.join(str(text) for text in texts)


def _pattern(pattern: str, flags: str | None) -> Pattern | None:
    try:
        return compile_pattern(pattern, flags or "")
    except InvalidPattern:
        return None


def _matches(runtime: Runtime, text: str, pattern: str, flags: str | None) -> Value:
    compiled = _pattern(pattern, flags)
    return None if compiled is None else compiled.search(text, 0, runtime.meter) is not None


def _replace(runtime: Runtime, text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    compiled = _pattern(pattern, flags)
    return None if compiled is None else compiled.replace(text, replacement, runtime.meter)


def _split(runtime: Runtime, text: str, delimiter: str) -> Value:
    compiled = _pattern(delimiter, None)
    return None if compiled is None else compiled.split(text, runtime.meter)


FUNCTIONS = (
    declare("substring(string: string, start position: number, length?: number | Null): string", _substring),
    declare("string length(string: string): number", _length),
    declare("upper case(string: string): string", _upper),
    declare("lower case(string: string): string", _lower),
    declare("substring before(string: string, match: string): string", _before),
    declare("substring after(string: string, match: string): string", _after),
    declare("contains(string: string, match: string): boolean", _contains),
    declare("starts with(string: string, match: string): boolean", _starts_with),
    declare("ends with(string: string, match: string): boolean", _ends_with),
    declare("matches(input: string, pattern: string, flags?: string | Null): boolean", _matches),
    declare(
        "replace(input: string, pattern: string, replacement: string, flags?: string | Null): string",
        _replace,
    ),
    declare("split(string: string, delimiter: string)", _split),
    declare("string join(list: list, delimiter?): string", _join),
)
