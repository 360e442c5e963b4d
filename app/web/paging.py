"""Keyset paging: a signed cursor names the last row shown, so that a page costs the same at any depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import current_app, request, url_for
from itsdangerous import BadData, URLSafeSerializer

from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _

Row = TypeVar("Row")
Key = tuple[str | int | float | None, ...]
SIZE = 50
ARGUMENT = "after"


class CursorUnknown(Invalid):
    """The address names a place in a list that does not exist."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; `after` leads to the following one and is empty on the last."""

    rows: tuple[Row, ...]
    after: str = ""
    is_first: bool = True


def encode_cursor(key: Key, *, order: str) -> str:
    """Return an opaque, signed text for the sort values of a row.

    Shape: `order` names list and sorting; a cursor of one order is refused by another.
    """
    return str(_serializer(order).dumps(list(key)))


def decode_cursor(text: str, *, order: str) -> Key:
    """Return the sort values behind a cursor. Errors: CursorUnknown."""
    try:
        return tuple(_serializer(order).loads(text))
    except BadData:
        raise CursorUnknown(_("This address is cut or was changed. Begin at the top of the list.")) from None


def cursor_asked_for(*, order: str) -> Key | None:
    """Return the sort values after which the request wants rows, or None for the first page."""
    text = request.args.get(ARGUMENT, "")
    return decode_cursor(text, order=order) if text else None


def page_of(
    rows: Sequence[Row], *, key: Callable[[Row], Key], order: str, size: int = SIZE, is_first: bool = True
) -> Page[Row]:
    """Return the page of `rows`, of which one more than `size` were read to see whether there is a next."""
    shown = tuple(rows[:size])
    has_more = len(rows) > size
    after = encode_cursor(key(shown[-1]), order=order) if has_more else ""
    return Page(rows=shown, after=after, is_first=is_first)


def address_with(**changes: str | None) -> str:
    """Return the present address with arguments replaced; None removes one. Paging starts again.

    Shape: an argument given several times in the address is kept with all its values.
    """
    arguments: dict[str, list[str]] = request.args.to_dict(flat=False)
    arguments.pop(ARGUMENT, None)
    for name, value in changes.items():
        if value is None:
            arguments.pop(name, None)
        else:
            arguments[name] = [value]
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **arguments})


def _serializer(order: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"keel.cursor.{order}")
