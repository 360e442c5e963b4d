"""What a page tells after a deed: what happened, who has it now, and how to take it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import cast

from flask import flash, get_flashed_messages

_CATEGORY = "keel"


@dataclass(frozen=True, slots=True)
class Told:
    """One message.

    Shape: `kind` is `done`, `undo`, `note` or `refused`; `url` with `label` is the next task for
    `done`, and the address that takes the deed back (by POST) for `undo`.
    """

    kind: str
    headline: str
    text: str = ""
    url: str = ""
    label: str = ""


def tell_done(headline: str, text: str = "", *, url: str = "", label: str = "") -> None:
    """Say on the next page what was done and offer what comes next."""
    _keep(Told("done", headline, text, url, label))


def tell_undo(headline: str, *, url: str, label: str) -> None:
    """Say on the next page what was done and offer to take it back."""
    _keep(Told("undo", headline, "", url, label))


def tell_note(headline: str, text: str = "") -> None:
    """Say on the next page what the person should know before reading on."""
    _keep(Told("note", headline, text))


def tell_refused(headline: str, text: str = "") -> None:
    """Say on the next page what was not done, and why."""
    _keep(Told("refused", headline, text))


def take_told() -> tuple[Told, ...]:
    """Return the messages that wait for this page; each is shown once."""
    kept = get_flashed_messages(category_filter=[_CATEGORY])
    return tuple(Told(**cast("dict[str, str]", message)) for message in kept)


def _keep(told: Told) -> None:
    flash(asdict(told), _CATEGORY)  # type: ignore[arg-type]  # any JSON value travels in the session
