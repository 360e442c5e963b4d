"""Hardened reading of form JSON: size, depth, duplicate keys and non-finite numbers are refused here.

What the JSON means is no business of this module.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

MOST_BYTES = 512 * 1024
MOST_DEPTH = 32

# Possessive, and with the closing quote left open: one pass over the file, whatever stands in it.
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


class FormInvalid(Invalid):
    """The form cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, key: str, problems: list[Problem]) -> None:
        """Say how many problems the form has."""
        self.key = key
        super().__init__(
            _(
                "The form “%(key)s” has %(count)s problems. Mend them and read it again.",
                key=key[:80],
                count=len(problems),
            ),
            problems,
        )


class _Refused(ValueError):
    """Raised inside the JSON reader to name the rule that was broken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


def read_object(source: bytes, *, key: str) -> dict[str, Any]:
    """Return the JSON object, or refuse it with the reason.

    Errors: FormInvalid, for anything but one well-formed object in UTF-8 within the limits.
    """
    try:
        _check_size(source)
        document = json.loads(
            source.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except _Refused as refused:
        raise FormInvalid(key, [refused.problem]) from None
    except (ValueError, RecursionError):
        raise FormInvalid(key, [_not_json()]) from None
    if not isinstance(document, dict):
        raise FormInvalid(key, [_not_json()])
    return document


def canonical_digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of the form's meaning: independent of spaces and of the order of keys."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return sha256(text.encode("ascii")).hexdigest()


def _check_size(source: bytes) -> None:
    if len(source) > MOST_BYTES:
        raise _Refused(
            Problem(
                "",
                "json-size",
                _("The file is larger than %(limit)s KB.", limit=MOST_BYTES // 1024),
                _("Split the form over several tasks."),
            )
        )
    depth = deepest = 0
    for byte in _TEXTS.sub(b"", source):
        if byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    if deepest > MOST_DEPTH:
        raise _Refused(
            Problem(
                "",
                "json-depth",
                _("The file nests deeper than %(limit)s levels.", limit=MOST_DEPTH),
                _("Put groups side by side and not inside each other."),
            )
        )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(
            Problem(
                "",
                "json-duplicate",
                _("An object names “%(name)s” twice; two readers would see two forms.", name=twice[:80]),
                _("Keep one of the two."),
            )
        )
    return members


def _refuse_constant(constant: str) -> Any:
    raise _Refused(
        Problem(
            "",
            "json-number",
            _("“%(constant)s” is not a number in JSON.", constant=constant),
            _("Write a finite number."),
        )
    )


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse_constant(text[:40])
    return number


def _not_json() -> Problem:
    return Problem(
        "",
        "json-syntax",
        _("The file is not one JSON object in UTF-8."),
        _("Save the form from the form editor and try again."),
    )
