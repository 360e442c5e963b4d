"""One component of a form's JSON, read attribute by attribute. Whatever is wrong is noted, never raised.

A wrong attribute reads as its default, so that one pass finds every problem of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from app.decisions.feel.errors import FeelSyntaxError
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.expressions import Rule, compile_rule

LABEL_LIMIT = 300
TEXT_LIMIT = 5_000

_Value = TypeVar("_Value")


class Component:
    """A mapping of the form's JSON together with the list that collects its problems."""

    def __init__(self, attributes: Mapping[str, Any], problems: list[Problem], place: str) -> None:
        """Read `attributes`; `place` names the component until its own id or key is known."""
        self._attributes = attributes
        self._problems = problems
        self.place = _own_place(attributes) or place

    @property
    def type_name(self) -> str:
        """Return the component type, empty when there is none."""
        value = self._attributes.get("type")
        return value[:80] if isinstance(value, str) else ""

    def has(self, name: str) -> bool:
        """Tell whether the attribute is there and says something."""
        value = self._attributes.get(name)
        return value is not None and value != ""

    def raw(self, name: str) -> Any:
        """Return the attribute as it stands."""
        return self._attributes.get(name)

    def refuse(self, rule: str, sentence: str, mend: str = "") -> None:
        """Note a problem of this component."""
        self._problems.append(Problem(self.place, rule, sentence, mend))

    def text(self, name: str, *, limit: int = TEXT_LIMIT) -> str:
        """Return the attribute as trimmed text, empty when missing or refused."""
        value = self._typed(name, str, _("a text"))
        if value is None:
            return ""
        if len(value) > limit or any(ord(mark) < 32 and mark not in "\n\r\t" for mark in value):
            self.refuse(
                "text-too-long",
                _(
                    "“%(name)s” is longer than %(limit)s characters or holds control characters.",
                    name=name,
                    limit=limit,
                ),
                _("Shorten it."),
            )
            return ""
        return value.strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return the attribute as a truth value."""
        value = self._typed(name, bool, _("true or false"))
        return default if value is None else value

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int | None:
        """Return the attribute as a whole number between two bounds, both allowed."""
        value = self.raw(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(
                "number-out-of-range",
                _(
                    "“%(name)s” must be a whole number from %(least)s to %(most)s.",
                    name=name,
                    least=least,
                    most=most,
                ),
                _("Correct the number."),
            )
            return default
        return value

    def number(self, name: str) -> Decimal | None:
        """Return the attribute as an exact number; a text of digits counts as one, as form-js writes it."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        number = _exact(value)
        if number is None:
            self._expected(name, _("a number"))
        return number

    def rule(self, name: str) -> Rule | None:
        """Return the attribute as a compiled expression; it must begin with `=`."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not value.strip().startswith("="):
            self.refuse(
                "expression-mark",
                _("“%(name)s” must be an expression that begins with “=”.", name=name),
                _("Write for example =severity > 3."),
            )
            return None
        try:
            return compile_rule(value)
        except FeelSyntaxError as wrong:
            self.refuse("expression-syntax", wrong.sentence, wrong.mend)
            return None

    def rule_or(self, name: str, plain: Callable[[], _Value | None]) -> _Value | Rule | None:
        """Return an expression when the attribute begins with `=`, else what `plain` reads."""
        value = self.raw(name)
        is_rule = isinstance(value, str) and value.strip().startswith("=")
        return self.rule(name) if is_rule else plain()

    def under(self, name: str) -> Component:
        """Return the mapping inside this component, empty when missing; problems carry the same place."""
        value = self._typed(name, dict, _("an object"))
        inner = Component(value or {}, self._problems, self.place)
        inner.place = self.place
        return inner

    def items(self, name: str, *, most: int) -> list[Any]:
        """Return the attribute as a list, cut where it is too long."""
        value = self._typed(name, list, _("a list"))
        if value is None:
            return []
        if len(value) > most:
            self.refuse(
                "too-many",
                _("“%(name)s” has more than %(limit)s entries.", name=name, limit=most),
                _("Shorten the list or split the form."),
            )
        return value[:most]

    def texts(self, name: str, *, most: int = 50) -> tuple[str, ...]:
        """Return the attribute as short texts; one text counts as a list of one."""
        if isinstance(self.raw(name), str):
            return tuple(part.strip() for part in self.text(name).split(",") if part.strip())
        items = self.items(name, most=most)
        if any(not isinstance(item, str) or not item.strip() or len(item) > LABEL_LIMIT for item in items):
            self._expected(name, _("a list of short texts"))
        return tuple(item.strip() for item in items if isinstance(item, str) and item.strip())

    def _typed(self, name: str, kind: type[_Value], words: str) -> _Value | None:
        value = self._attributes.get(name)
        if isinstance(value, kind):
            return value
        if value is not None:
            self._expected(name, words)
        return None

    def _expected(self, name: str, words: str) -> None:
        self.refuse(
            "attribute-kind",
            _("“%(name)s” must be %(words)s.", name=name, words=words),
            _("Correct it in the form editor."),
        )


def _own_place(attributes: Mapping[str, Any]) -> str:
    for name in ("key", "id"):
        value = attributes.get(name)
        if isinstance(value, str) and value:
            return value[:80]
    return ""


def _exact(value: Any) -> Decimal | None:
    """Return the number, or None when it is none or too long to be meant."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and abs(exponent) <= 15 and abs(number) < 10**15 else None
