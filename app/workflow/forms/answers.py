"""One answer: from what a browser or a program sent to a typed value, and on to what is stored.

Only the kind of the answer is judged here; whether it is long, late or missing is judged by `checks`.
None, an empty list, an empty mapping and an unticked box are empty answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.foundation.i18n import gettext as _
from app.workflow.forms.context import FormContext, StoredFile
from app.workflow.forms.faults import WrongAnswer, wrong_kind
from app.workflow.forms.model import (
    CAUSE_STATUSES,
    FISHBONE_CATEGORIES,
    LONGEST_TEXT,
    MOST_CHARACTERS,
    ChoiceSettings,
    Field,
    FileSettings,
    Kind,
    MomentSettings,
    NumberSettings,
    RecordSettings,
)
from app.workflow.forms.moments import read_moment

MOST_ENTRIES = 300
MOST_CAUSES = 30

_NUMBER = re.compile(r"[+-]?\d{1,18}([.,]\d{1,12})?", re.ASCII)
_ID = re.compile(r"\d{1,15}", re.ASCII)
_RECORD = re.compile(r"([a-z][a-z0-9_]{0,62}):(\d{1,15})", re.ASCII)
_RISK = re.compile(r"([1-5])-([1-5])", re.ASCII)
_TRUE = frozenset({"true", "on", "1"})
_FALSE = frozenset({"false", "off", "0", ""})

Reader = Callable[[Field, Any, FormContext], Any]


def read_answer(field: Field, raw: Any, context: FormContext) -> Any:
    """Return the typed value of an answer, empty answers as the empty value of their kind.

    Shape: text, int, Decimal, date, time, datetime, bool, list of texts; a person is an id; a record
    `{"kind", "id"}`; files a list of mappings; a risk `{"likelihood", "severity"}`; five whys a list of
    `{"answer", "proof"}`; a fishbone maps each category to a list of `{"text", "status"}`.
    Errors: WrongAnswer, when the answer is of another kind than the field.
    """
    return _READERS[field.kind](field, raw, context)


def is_empty(value: Any) -> bool:
    """Tell whether a typed value counts as no answer."""
    return value is None or value is False or value in ("", [], {})


def clean_text(raw: Any, *, most: int = MOST_CHARACTERS) -> str:
    """Return the text, trimmed, with plain line breaks, at most so many characters.

    Errors: WrongAnswer, for anything that is not text or cannot be stored as text.
    """
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise wrong_kind(_("a text"))
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > most:
        raise WrongAnswer(
            "too-long",
            _("This is longer than %(limit)s characters.", limit=most),
            _("Attach it as a file and write a summary here."),
        )
    if any((mark < " " and mark not in "\n\t") or "\ud800" <= mark <= "\udfff" for mark in text):
        raise WrongAnswer(
            "characters",
            _("This holds characters that cannot be stored."),
            _("Type it instead of pasting it."),
        )
    return text


def _text(field: Field, raw: Any, _context: FormContext) -> str | None:
    text = clean_text(raw, most=LONGEST_TEXT if field.is_markdown else MOST_CHARACTERS)
    if field.kind is Kind.TEXT:
        text = re.sub(r"[\n\t]+", " ", text)
    return text or None


def _number(field: Field, raw: Any, _context: FormContext) -> int | Decimal | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise wrong_kind(_("a number"))
    if isinstance(raw, int) and abs(raw) >= 10**18:
        raise wrong_kind(_("a number of at most 18 digits"))
    text = (format(Decimal(repr(raw)), "f") if isinstance(raw, float) else str(raw)).strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise wrong_kind(_("a number"))
    number = Decimal(text.replace(",", "."))
    is_whole = isinstance(field.settings, NumberSettings) and field.settings.decimal_digits == 0
    return int(number) if is_whole and number == number.to_integral_value() else number


def _moment(field: Field, raw: Any, context: FormContext) -> Any:
    text = clean_text(raw)
    if not text:
        return None
    assert isinstance(field.settings, MomentSettings)
    return read_moment(text, field.settings, context.zone)


def _checkbox(_field: Field, raw: Any, _context: FormContext) -> bool:
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    if isinstance(raw, str) and raw in _TRUE | _FALSE:
        return raw in _TRUE
    raise wrong_kind(_("yes or no"))


def _choice(field: Field, raw: Any, _context: FormContext) -> str | list[str] | None:
    if isinstance(field.settings, ChoiceSettings) and field.settings.is_multiple:
        return list(dict.fromkeys(text for item in _entries(raw) if (text := clean_text(item))))
    return clean_text(raw) or None


def _entries(raw: Any) -> list[Any]:
    """Return a list; one value counts as a list of one, since a browser sends it so."""
    if raw is None or raw == "":
        return []
    entries = raw if isinstance(raw, list) else [raw]
    if len(entries) > MOST_ENTRIES:
        raise WrongAnswer(
            "too-many", _("These are more than %(limit)s entries.", limit=MOST_ENTRIES), _("Choose fewer.")
        )
    return entries


def _nothing(_field: Field, _raw: Any, _context: FormContext) -> None:
    return None


def _person(_field: Field, raw: Any, _context: FormContext) -> int | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not _ID.fullmatch(_short(raw)):
        raise wrong_kind(_("a person of the list"))
    return int(raw)


def _record(field: Field, raw: Any, _context: FormContext) -> Any:
    if isinstance(field.settings, RecordSettings) and field.settings.is_multiple:
        found = [_one_record(item) for item in _entries(raw)]
        return [record for number, record in enumerate(found) if record not in found[:number]]
    return None if raw is None or raw == "" else _one_record(raw)


def _one_record(raw: Any) -> dict[str, Any]:
    if isinstance(raw, Mapping) and set(raw) == {"kind", "id"}:
        raw = f"{_short(raw['kind'])}:{_short(raw['id'])}"
    match = _RECORD.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise wrong_kind(_("a record of the list"))
    return {"kind": match[1], "id": int(match[2])}


def _short(raw: Any) -> str:
    """Return the text of a name or number without writing out what is far too long."""
    if isinstance(raw, str) or (isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**18):
        return str(raw)
    return ""


def _file(field: Field, raw: Any, context: FormContext) -> Any:
    files = [_one_file(item, context) for item in _entries(raw)]
    if isinstance(field.settings, FileSettings) and not field.settings.is_multiple and len(files) > 1:
        raise WrongAnswer("too-many", _("Only one file fits here."), _("Remove the others."))
    return files


def _one_file(raw: Any, context: FormContext) -> dict[str, Any]:
    file_id = raw.get("id") if isinstance(raw, Mapping) else raw
    found = context.directory.find_file(file_id) if isinstance(file_id, str) and file_id else None
    if found is None:
        raise WrongAnswer("file-unknown", _("This file is not in the store."), _("Upload it again."))
    return file_facts(found)


def file_facts(found: StoredFile) -> dict[str, Any]:
    """Return what an answer keeps about a file."""
    return {
        "id": found.id,
        "name": found.name,
        "media_type": found.media_type,
        "size": found.size,
        "sha256": found.sha256,
    }


def _risk(_field: Field, raw: Any, _context: FormContext) -> dict[str, int] | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, Mapping) and set(raw) == {"likelihood", "severity"}:
        raw = f"{_short(raw['likelihood'])}-{_short(raw['severity'])}"
    match = _RISK.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise wrong_kind(_("a likelihood and a severity from 1 to 5"))
    return {"likelihood": int(match[1]), "severity": int(match[2])}


def _five_why(_field: Field, raw: Any, _context: FormContext) -> list[dict[str, str]]:
    steps = []
    for item in _mappings(raw, {"answer", "proof"}, most=20):
        step = {"answer": clean_text(item.get("answer")), "proof": clean_text(item.get("proof"))}
        if step["proof"] and not step["answer"]:
            raise WrongAnswer(
                "why-gap", _("A proof stands without the answer it proves."), _("Write the answer.")
            )
        if step["answer"]:
            steps.append(step)
    return steps


def _fishbone(_field: Field, raw: Any, _context: FormContext) -> dict[str, list[dict[str, str]]]:
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, Mapping) or not set(raw) <= set(FISHBONE_CATEGORIES):
        raise wrong_kind(_("a list of causes by category"))
    bones = {category: _causes(raw.get(category)) for category in FISHBONE_CATEGORIES}
    return bones if any(bones.values()) else {}


def _causes(raw: Any) -> list[dict[str, str]]:
    causes = []
    for item in _mappings(raw, {"text", "status"}, most=MOST_CAUSES):
        text = clean_text(item.get("text"))
        status = item.get("status") or CAUSE_STATUSES[0]
        if status not in CAUSE_STATUSES:
            raise wrong_kind(_("open, followed or ruled out"))
        if text:
            causes.append({"text": text, "status": status})
    return causes


def _mappings(raw: Any, names: set[str], *, most: int) -> list[Mapping[str, Any]]:
    if raw is None or raw == "":
        return []
    if not isinstance(raw, list) or not all(isinstance(item, Mapping) and set(item) <= names for item in raw):
        raise wrong_kind(_("a list of this shape"))
    if len(raw) > most:
        raise WrongAnswer(
            "too-many", _("These are more than %(limit)s entries.", limit=most), _("Keep fewer.")
        )
    return raw


_READERS: Mapping[Kind, Reader] = {
    Kind.TEXT: _text,
    Kind.TEXTAREA: _text,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    Kind.CHECKBOX: _checkbox,
    Kind.CHECKLIST: _choice,
    Kind.RADIO: _choice,
    Kind.SELECT: _choice,
    Kind.TAGLIST: _choice,
    Kind.COMPUTED: _nothing,
    Kind.PERSON: _person,
    Kind.RECORD: _record,
    Kind.FILE: _file,
    Kind.RISK_MATRIX: _risk,
    Kind.FIVE_WHY: _five_why,
    Kind.FISHBONE: _fishbone,
    Kind.SIGNATURE: _nothing,  # a signature is a row of its own, no answer
}
