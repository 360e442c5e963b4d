"""The chain's arithmetic: canonical JSON, salted digests, the hash of an entry. Standard library only."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
FIRST_PREVIOUS = "0" * 64  # what the first entry of a chain is chained to


@dataclass(frozen=True, slots=True)
class Link:
    """What the hash of an entry covers: everything but the values, which are covered by their digests.

    Shape: `before`, `after` and `words` (label and reason) are salted digests in hexadecimal.
    """

    chain_id: str
    seq: int
    at: datetime
    actor_id: int | None
    on_behalf_of_id: int | None
    request_id: str | None
    verb: str
    subject_kind: str
    subject_id: str
    before: str
    after: str
    words: str
    previous: str


def canonical_json(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no blanks, ASCII only.

    Shape: moments are UTC to the microsecond, dates and times ISO 8601, decimals and durations texts.
    Errors: TypeError for a value or key without a fixed form, ValueError for NaN and infinity.
    """
    return _write(_plain(value))


def moment_text(moment: datetime) -> str:
    """Return an aware moment in UTC with exactly six digits of the second."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='microseconds')}Z"


def digest(salt: str, field: str, text: str | None) -> str:
    """Return the salted SHA-256 of a stored value; an absent one has a digest too.

    The salt keeps a destroyed value from being found by trying; the field's name keeps two values from
    being swapped.
    """
    present = "-" if text is None else f"+{text}"
    return hashlib.sha256(f"{salt}\n{field}\n{present}".encode()).hexdigest()


def words_text(label: str, reason: str | None) -> str:
    """Return the one text that the digest of label and reason covers."""
    return _write([label, reason])


def hash_of(link: Link) -> str:
    """Return the SHA-256 of an entry's canonical JSON, which includes the hash of the entry before."""
    text = _write(
        {
            "chain": link.chain_id,
            "seq": link.seq,
            "at": moment_text(link.at),
            "actor": link.actor_id,
            "on_behalf_of": link.on_behalf_of_id,
            "request": link.request_id,
            "verb": link.verb,
            "subject": [link.subject_kind, link.subject_id],
            "before": link.before,
            "after": link.after,
            "words": link.words,
            "previous": link.previous,
        }
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(part) for part in value), key=canonical_json)
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return _plain_number(value)
    return _plain_text(value)


def _plain_number(value: float) -> float:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("NaN and infinity have no place in the trail.")
    return 0.0 if value == 0 and isinstance(value, float) else value


def _plain_text(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("A moment without a time zone has no fixed form.")
        return moment_text(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds()}S"
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no fixed form in the trail.")


def _key(key: object) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise TypeError("Keys in the trail are texts.")
    return key
