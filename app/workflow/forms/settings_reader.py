"""What each kind of field says about its answer, read from its component. One function for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.foundation.i18n import gettext as _
from app.workflow.forms.component import LABEL_LIMIT, Component
from app.workflow.forms.expressions import Rule, compile_rule
from app.workflow.forms.model import (
    LONGEST_TEXT,
    MOST_CHARACTERS,
    Choice,
    ChoiceSettings,
    ComputedSettings,
    FileSettings,
    FiveWhySettings,
    Kind,
    Moment,
    MomentSettings,
    NoSettings,
    NumberSettings,
    PersonSettings,
    RecordSettings,
    Settings,
    SignatureSettings,
    TextSettings,
    TimeFormat,
)
from app.workflow.forms.pattern_parser import PatternRefused
from app.workflow.forms.patterns import SafePattern, TooManyStates

MOST_CHOICES = 300

_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
_FILE_TYPE = re.compile(r"\.[A-Za-z0-9]{1,10}|[a-z]+/(\*|[A-Za-z0-9.+-]{1,80})")
_FORMATS = frozenset({"", "email", "phone"})


def _text(component: Component) -> Settings:
    validate = component.under("validate")
    properties = component.raw("properties")
    is_long = isinstance(properties, dict) and properties.get("format") == "markdown"
    longest = LONGEST_TEXT if is_long else MOST_CHARACTERS

    def length(name: str) -> int | Rule | None:
        return validate.rule_or(name, lambda: validate.whole(name, least=0, most=longest))

    shape = validate.text("validationType", limit=40)
    shape = "" if shape == "custom" else shape
    if shape not in _FORMATS:
        component.refuse(
            "validation-type",
            _("The check “%(name)s” is not known.", name=shape),
            _("Choose email, phone or a pattern."),
        )
        shape = ""
    return TextSettings(
        min_length=length("minLength"),
        max_length=length("maxLength"),
        pattern=_pattern(validate),
        pattern_message=validate.text("patternErrorMessage", limit=LABEL_LIMIT),
        format=shape,
    )


def _pattern(validate: Component) -> SafePattern | None:
    text = validate.raw("pattern")
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        validate.text("pattern")
        return None
    try:
        return SafePattern(text)
    except PatternRefused as refused:
        validate.refuse("pattern-refused", refused.sentence, _("Write a simpler pattern."))
    except TooManyStates:
        validate.refuse(
            "pattern-refused",
            _("The pattern repeats too much to be checked quickly."),
            _("Use smaller counts in {…}."),
        )
    return None


def _number(component: Component) -> Settings:
    validate = component.under("validate")
    increment = component.number("increment")
    if increment is not None and increment <= 0:
        component.refuse("increment", _("“increment” must be greater than 0."), _("Correct it or remove it."))
        increment = None
    return NumberSettings(
        decimal_digits=component.whole("decimalDigits", least=0, most=12),
        increment=increment,
        minimum=validate.rule_or("min", lambda: validate.number("min")),
        maximum=validate.rule_or("max", lambda: validate.number("max")),
        unit=component.under("appearance").text("suffixAdorner", limit=40),
    )


def _moment(component: Component) -> Settings:
    return MomentSettings(
        subtype=Moment(_one_of(component, "subtype", [*Moment], Moment.DATE)),
        time_format=TimeFormat(
            _one_of(component, "timeSerializingFormat", [*TimeFormat], TimeFormat.UTC_OFFSET)
        ),
        interval=component.whole("timeInterval", least=0, most=720, default=0) or 0,
        disallows_passed=component.flag("disallowPassedDates"),
    )


def _one_of(component: Component, name: str, words: list[Any], default: str) -> str:
    value = component.text(name, limit=40)
    if not value:
        return default
    if value not in words:
        component.refuse(
            "unknown-word",
            _("“%(name)s” cannot be “%(value)s”.", name=name, value=value),
            _("Choose one of: %(words)s.", words=", ".join(words)),
        )
        return default
    return value


def _choice(component: Component) -> Settings:
    is_multiple = component.type_name in {Kind.CHECKLIST, Kind.TAGLIST}
    sources = [name for name in ("values", "valuesKey", "valuesExpression") if component.has(name)]
    if len(sources) != 1:
        component.refuse(
            "choices-source",
            _("A choice takes its options from one place: a list, a key or an expression."),
            _("Give exactly one of values, valuesKey and valuesExpression."),
        )
        return ChoiceSettings(is_multiple=is_multiple)
    if sources[0] == "values":
        return ChoiceSettings(options=_options(component), is_multiple=is_multiple)
    if sources[0] == "valuesKey":
        return ChoiceSettings(source=_values_key(component), is_multiple=is_multiple)
    return ChoiceSettings(source=component.rule("valuesExpression"), is_multiple=is_multiple)


def _values_key(component: Component) -> Rule | None:
    name = component.text("valuesKey", limit=LABEL_LIMIT)
    if all(_KEY.fullmatch(part) for part in name.split(".")):
        return compile_rule(name)
    component.refuse(
        "choices-key",
        _("“valuesKey” must be a name or a path of names."),
        _("Write for example record.sites."),
    )
    return None


def _options(component: Component) -> tuple[Choice, ...]:
    options = [
        choice
        for item in component.items("values", most=MOST_CHOICES)
        if (choice := _option(component, item))
    ]
    values = [option.value for option in options]
    if len(set(values)) < len(values):
        component.refuse(
            "choice-twice", _("Two options have the same value."), _("Give each option its own value.")
        )
    if not options:
        component.refuse("choice-none", _("There is no option to choose."), _("Add options."))
    return tuple(options)


def _option(component: Component, item: Any) -> Choice | None:
    value = item.get("value") if isinstance(item, Mapping) else None
    label = item.get("label", value) if isinstance(item, Mapping) else None
    guidance = item.get("help", "") if isinstance(item, Mapping) else None
    texts = [text for text in (value, label, guidance) if isinstance(text, str) and len(text) <= LABEL_LIMIT]
    if len(texts) < 3 or not texts[0].strip():
        component.refuse(
            "choice-shape",
            _("An option needs a value and a label, both short texts."),
            _("Correct the options; a number is written as a text."),
        )
        return None
    return Choice(value=texts[0], label=texts[1] or texts[0], help=texts[2])


def _computed(component: Component) -> Settings:
    rule = component.rule("expression")
    if rule is None and not component.has("expression"):
        component.refuse(
            "computed-empty", _("A computed field needs an expression."), _("Write one that begins with “=”.")
        )
    return ComputedSettings(expression=rule or compile_rule("null"))


def _person(component: Component) -> Settings:
    role = component.text("role", limit=63)
    if role and not _KEY.fullmatch(role):
        component.refuse(
            "role-key", _("“%(role)s” is not the key of a role.", role=role), _("Write it in snake_case.")
        )
    return PersonSettings(role=role)


def _record(component: Component) -> Settings:
    kinds = component.texts("kinds")
    if not kinds or not all(_KEY.fullmatch(kind) for kind in kinds):
        component.refuse(
            "record-kinds",
            _("A record field must say which kinds of record may be linked."),
            _('Give “kinds”, for example ["risk", "document"].'),
        )
    return RecordSettings(kinds=kinds, is_multiple=component.flag("multiple"))


def _file(component: Component) -> Settings:
    types = component.texts("types") or component.texts("accept")
    if not all(_FILE_TYPE.fullmatch(kind) for kind in types):
        component.refuse(
            "file-types",
            _("File types are media types or endings."),
            _("Write for example image/* or .pdf."),
        )
    return FileSettings(
        types=types,
        max_size=component.whole("maxSize", least=1, most=2**30, default=FileSettings().max_size) or 1,
        is_multiple=component.flag("multiple"),
    )


def _five_why(component: Component) -> Settings:
    least = component.whole("minAnswers", least=1, most=10, default=1) or 1
    most = component.whole("maxAnswers", least=1, most=10, default=max(5, least)) or least
    if most < least:
        component.refuse(
            "five-why-bounds",
            _("“maxAnswers” is below “minAnswers”."),
            _("Raise the one or lower the other."),
        )
    return FiveWhySettings(min_answers=least, max_answers=max(least, most))


def _signature(component: Component) -> Settings:
    meaning = component.text("meaning", limit=63)
    if not _KEY.fullmatch(meaning):
        component.refuse(
            "signature-meaning",
            _("A signature must say what it means."),
            _("Give “meaning”, for example verification."),
        )
    return SignatureSettings(meaning=meaning)


def _nothing(_component: Component) -> Settings:
    return NoSettings()


READERS: Mapping[Kind, Callable[[Component], Settings]] = {
    Kind.TEXT: _text,
    Kind.TEXTAREA: _text,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    Kind.CHECKBOX: _nothing,
    Kind.CHECKLIST: _choice,
    Kind.RADIO: _choice,
    Kind.SELECT: _choice,
    Kind.TAGLIST: _choice,
    Kind.COMPUTED: _computed,
    Kind.PERSON: _person,
    Kind.RECORD: _record,
    Kind.FILE: _file,
    Kind.RISK_MATRIX: _nothing,
    Kind.FIVE_WHY: _five_why,
    Kind.FISHBONE: _nothing,
    Kind.SIGNATURE: _signature,
}
"""How the settings of each kind are read; rows are read by the reader of the form, since they hold fields."""
