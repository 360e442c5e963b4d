"""One field of a form as the macros draw it, and the answers as they come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.web.parts import Link, Matrix, Person, Signature

ROW_PLACE = "__row__"
ROW_COMMAND = "_rows"
_MOST_PARTS = 6
_MOST_ROWS = 500


class AnswersMalformed(Invalid):
    """The names of the answers do not fit together; no form of ours sends such."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `help` makes it a card with a sentence."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class FileValue:
    """A file that is already attached."""

    key: str
    name: str
    size: str
    url: str


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """What a person is about to sign: the sentence they stand for and how they prove who they are.

    Shape: `asks_name` with the first signature of a web session; `takes_pin` when a PIN serves as well as the
    password, `has_password` when there is one; `mark` is the shortened hash of what is shown; `challenge` the
    one-time secret, which `renew_url` exchanges for a fresh one while `shown` is still what the record says.
    """

    person: Person
    meaning: str
    statement: str
    asks_code: bool = False
    asks_name: bool = False
    takes_pin: bool = False
    has_password: bool = True
    on_behalf_of: str = ""
    what: str = ""
    mark: str = ""
    shown: str = ""
    challenge: str = ""
    renew_url: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field in the state in which it is drawn.

    Shape: `kind` is a component type of form-js or one of the `keel-` types; `key` is the name in the
    form, with dots and row numbers inside groups (`actions.0.title`); `value` is the plain answer (list
    of values for checklist and taglist, `FileValue`s for files, mapping for five-why and fishbone);
    `parts` are the fields of a group; `rows` those of each repeated row and `blank` those of a row to
    come, whose keys carry `__row__`; `limits` become attributes of the input (min, max, step, maxlength,
    inputmode, autocomplete, accept, capture); `subtype` is date, time or datetime.
    """

    key: str
    kind: str
    label: str = ""
    value: Any = None
    help: str = ""
    need: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    is_required: bool = False
    is_readonly: bool = False
    is_disabled: bool = False
    origin: Link | None = None
    limits: Mapping[str, str | int] = field(default_factory=dict)
    subtype: str = "date"
    unit: str = ""
    parts: tuple[FieldView, ...] = ()
    rows: tuple[tuple[FieldView, ...], ...] = ()
    blank: tuple[FieldView, ...] = ()
    most: int | None = None
    is_multiple: bool = False
    matrix: Matrix | None = None
    request: SignatureRequest | None = None
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class RowCommand:
    """A wish to add a row to the list `key`, or to remove its row `number`."""

    key: str
    number: int | None = None


def read_answers(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the answers of a posted form, nested by the dots in their names.

    Shape: `a.0.b` gives `{"a": [{"b": …}]}`; row numbers may have gaps and keep their order; a name given
    several times gives a list; names that begin with `_` belong to the page and are left out.
    Errors: AnswersMalformed, when one name needs a text and another a group in the same place.
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if not name.startswith("_") and name != "csrf_token":
            _place(tree, name.split("."), value)
    return {key: _with_lists(value) for key, value in tree.items()}


def _place(tree: dict[str, Any], parts: list[str], value: str) -> None:
    if len(parts) > _MOST_PARTS or not all(parts):
        raise _malformed()
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise _malformed()
    held = tree.get(parts[-1])
    if isinstance(held, dict):
        raise _malformed()
    if held is None:
        tree[parts[-1]] = value
    else:
        tree[parts[-1]] = [*held, value] if isinstance(held, list) else [held, value]


def _with_lists(value: Any) -> Any:
    """Turn groups whose names are all row numbers into lists, from the innermost outwards."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(each) for key, each in value.items()}
    if inner and all(re.fullmatch(r"\d{1,4}", key) for key in inner):
        if len(inner) > _MOST_ROWS:
            raise _malformed()
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def row_command(pairs: Mapping[str, str]) -> RowCommand | None:
    """Return which row a posted form wants added or removed, or None when it is to be sent.

    Shape: the button is named `_rows` and says `add:actions` or `remove:actions.2`.
    """
    verb, _colon, target = pairs.get(ROW_COMMAND, "").partition(":")
    if verb == "add" and target:
        return RowCommand(target)
    key, _dot, number = target.rpartition(".")
    if verb == "remove" and key and number.isdecimal():
        return RowCommand(key, int(number))
    return None


def apply_row_command(answers: dict[str, Any], command: RowCommand) -> dict[str, Any]:
    """Return the answers with one row added at the end of the list, or one removed.

    Shape: `answers` as `read_answers` gives them; the row number counts the rows that were posted.
    """
    changed = dict(answers)
    *path, last = command.key.split(".")
    place = changed
    for part in path:
        step = dict(place.get(part) or {})
        place[part] = step
        place = step
    rows = list(place.get(last) or [])
    if command.number is None:
        rows.append({})
    elif command.number < len(rows):
        del rows[command.number]
    place[last] = rows
    return changed


def _malformed() -> AnswersMalformed:
    return AnswersMalformed(_("The form was changed on the way. Reload the page and fill it in again."))
