"""The rules of form-js, judged on typed answers. A check returns what is wrong; it never raises.

An empty answer has passed all checks here: whether it may be empty is judged before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.foundation.i18n import gettext as _
from app.workflow.forms.context import FormContext
from app.workflow.forms.expressions import Rule
from app.workflow.forms.faults import WrongAnswer
from app.workflow.forms.model import (
    Choice,
    ChoiceSettings,
    Field,
    FileSettings,
    FiveWhySettings,
    MomentSettings,
    NumberSettings,
    PersonSettings,
    RecordSettings,
    Settings,
    TextSettings,
)
from app.workflow.forms.moments import is_on_interval, is_passed

PATTERN_TEXT_LIMIT = 1_000

# As form-js has it; bounded, so it cannot run away.
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_PHONE = re.compile(r"(\+|00)[1-9]\d{6,14}", re.ASCII)
_EMAIL_LIMIT = 254


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check may look at besides the answer."""

    scope: Mapping[str, Any]
    context: FormContext

    def bound(self, limit: Decimal | int | Rule | None) -> Decimal | None:
        """Return a limit as a number; an expression that gives no number sets no limit."""
        value = limit.value(self.scope, self.context.now) if isinstance(limit, Rule) else limit
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            return None
        return Decimal(value)


def check_answer(field: Field, value: Any, judgement: Judgement) -> list[WrongAnswer]:
    """Return everything that is wrong with a typed answer that is not empty."""
    check = _CHECKS.get(type(field.settings))
    return list(check(field.settings, value, judgement)) if check else []


def options_of(settings: ChoiceSettings, judgement: Judgement) -> tuple[Choice, ...]:
    """Return the options, fixed ones or those an expression yields; what is no option is left out."""
    if settings.source is None:
        return settings.options
    found = settings.source.value(judgement.scope, judgement.context.now)
    options = [option for item in found if (option := _option(item))] if isinstance(found, list) else []
    return tuple({option.value: option for option in options}.values())


def _option(item: Any) -> Choice | None:
    if isinstance(item, dict):
        value, label = _word(item.get("value")), _word(item.get("label"))
        return Choice(value, label or value) if value else None
    word = _word(item)
    return Choice(word, word) if word else None


def _word(item: Any) -> str:
    if isinstance(item, Decimal):
        return format(item.normalize(), "f")
    return item.strip() if isinstance(item, str) else ""


def _text(settings: TextSettings, value: str, judgement: Judgement) -> Iterator[WrongAnswer]:
    least, most = judgement.bound(settings.min_length), judgement.bound(settings.max_length)
    if least is not None and len(value) < least:
        yield WrongAnswer(
            "min-length",
            _("This has %(count)s characters, fewer than %(limit)s.", count=len(value), limit=least),
            _("Say a little more."),
        )
    if most is not None and len(value) > most:
        yield WrongAnswer(
            "max-length",
            _("This has %(count)s characters, more than %(limit)s.", count=len(value), limit=most),
            _("Shorten it."),
        )
    if settings.pattern is not None:
        yield from _pattern(settings, value)
    yield from _format(settings.format, value)


def _pattern(settings: TextSettings, value: str) -> Iterator[WrongAnswer]:
    assert settings.pattern is not None
    if len(value) > PATTERN_TEXT_LIMIT:
        yield WrongAnswer(
            "max-length",
            _("This is longer than %(limit)s characters.", limit=PATTERN_TEXT_LIMIT),
            _("Shorten it."),
        )
    elif not settings.pattern.is_found_in(value):
        yield WrongAnswer(
            "pattern",
            settings.pattern_message or _("This does not have the form that is asked for."),
            "" if settings.pattern_message else _("Follow the example in the help."),
        )


def _format(name: str, value: str) -> Iterator[WrongAnswer]:
    if name == "email" and (len(value) > _EMAIL_LIMIT or not _EMAIL.fullmatch(value)):
        yield WrongAnswer("email", _("This is not a mail address."), _("Write it like name@example.org."))
    if name == "phone" and not _PHONE.fullmatch(re.sub(r"[ ()/.-]", "", value)):
        yield WrongAnswer(
            "phone",
            _("This is not an international phone number."),
            _("Begin with + and the country, for example +49 30 664040900."),
        )


def _number(settings: NumberSettings, value: int | Decimal, judgement: Judgement) -> Iterator[WrongAnswer]:
    number = Decimal(value)
    exponent = number.normalize().as_tuple().exponent
    digits = settings.decimal_digits
    if digits is not None and isinstance(exponent, int) and -exponent > digits:
        yield _too_fine(digits)
    if settings.increment is not None and number % settings.increment:
        below = number - number % settings.increment
        yield WrongAnswer(
            "increment",
            _("This number is not one of the steps."),
            _("The nearest are %(low)s and %(high)s.", low=below, high=below + settings.increment),
        )
    least, most = judgement.bound(settings.minimum), judgement.bound(settings.maximum)
    if least is not None and number < least:
        yield WrongAnswer(
            "min", _("This is less than %(limit)s.", limit=format(least, "f")), _("Enter that or more.")
        )
    if most is not None and number > most:
        yield WrongAnswer(
            "max", _("This is more than %(limit)s.", limit=format(most, "f")), _("Enter that or less.")
        )


def _too_fine(digits: int) -> WrongAnswer:
    if digits == 0:
        return WrongAnswer("integer", _("This is not a whole number."), _("Leave out the decimals."))
    return WrongAnswer(
        "decimal-digits",
        _("This has more than %(count)s decimals.", count=digits),
        _("Round it."),
    )


def _moment(settings: MomentSettings, value: Any, judgement: Judgement) -> Iterator[WrongAnswer]:
    context = judgement.context
    if settings.disallows_passed and is_passed(value, context.now, context.zone):
        yield WrongAnswer("passed", _("This day has passed."), _("Choose today or later."))
    if not is_on_interval(value, settings.interval):
        yield WrongAnswer(
            "interval",
            _("This time is not offered."),
            _("Choose one every %(count)s minutes from midnight.", count=settings.interval),
        )


def _choice(settings: ChoiceSettings, value: Any, judgement: Judgement) -> Iterator[WrongAnswer]:
    offered = {option.value for option in options_of(settings, judgement)}
    chosen = value if isinstance(value, list) else [value]
    if not offered.issuperset(chosen):
        yield WrongAnswer("choice", _("This is not one of the options."), _("Choose one that is offered."))


def _person(settings: PersonSettings, value: int, judgement: Judgement) -> Iterator[WrongAnswer]:
    if judgement.context.directory.find_person(value, settings.role) is None:
        yield WrongAnswer("person", _("This person cannot be named here."), _("Choose one of the list."))


def _record(settings: RecordSettings, value: Any, judgement: Judgement) -> Iterator[WrongAnswer]:
    find = judgement.context.directory.find_record
    for record in value if isinstance(value, list) else [value]:
        if record["kind"] not in settings.kinds or find(record["kind"], record["id"]) is None:
            yield WrongAnswer("record", _("This record cannot be linked here."), _("Choose one of the list."))
            return


def _files(
    settings: FileSettings, value: list[dict[str, Any]], _judgement: Judgement
) -> Iterator[WrongAnswer]:
    for found in value:
        if found["size"] > settings.max_size:
            yield WrongAnswer(
                "file-size",
                _(
                    "“%(name)s” is larger than %(limit)s MB.",
                    name=found["name"],
                    limit=-(-settings.max_size // 2**20),
                ),
                _("Attach a smaller one."),
            )
        if settings.types and not _is_of_type(found, settings.types):
            yield WrongAnswer(
                "file-type",
                _("“%(name)s” is of a type that is not accepted.", name=found["name"]),
                _("Accepted are: %(types)s.", types=", ".join(settings.types)),
            )


def _is_of_type(found: Mapping[str, Any], types: tuple[str, ...]) -> bool:
    name, media_type = found["name"].lower(), found["media_type"].lower()
    return any(
        name.endswith(kind.lower())
        if kind.startswith(".")
        else media_type == kind.lower() or (kind.endswith("/*") and media_type.startswith(kind[:-1].lower()))
        for kind in types
    )


def _five_why(settings: FiveWhySettings, value: list[Any], _judgement: Judgement) -> Iterator[WrongAnswer]:
    if len(value) < settings.min_answers:
        yield WrongAnswer(
            "why-few",
            _("These are fewer than %(count)s answers.", count=settings.min_answers),
            _("Ask why once more."),
        )
    if len(value) > settings.max_answers:
        yield WrongAnswer(
            "why-many",
            _("These are more than %(count)s answers.", count=settings.max_answers),
            _("Keep the ones that carry the proof."),
        )


_CHECKS: Mapping[type[Settings], Callable[[Any, Any, Judgement], Iterator[WrongAnswer]]] = {
    TextSettings: _text,
    NumberSettings: _number,
    MomentSettings: _moment,
    ChoiceSettings: _choice,
    PersonSettings: _person,
    RecordSettings: _record,
    FileSettings: _files,
    FiveWhySettings: _five_why,
}
