"""What a signature covers: the facts of a record in one canonical form, and their digests.

Two digests serve two questions. That of all that is shown tells whether what is signed is what was shown.
That of the covered facts tells later whether what the signature stands on was changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.trail.rules import canonical_json

FILE = "file:"
# Who keeps a record and until when is housekeeping: a hand-over does not touch what was signed.
_HOUSEKEEPING = frozenset({"owner_id", "due_at"})
_EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Signable:
    """A record as a signature sees it.

    Shape: `version` is what people call this state of the record; `facts` holds columns and answers by key,
    `besides` what else it stands for, such as a revision's text; `files` the SHA-256 of each attached file.
    Values have a fixed JSON form.
    """

    kind: str
    id: int
    number: str
    version: str
    facts: Mapping[str, object]
    besides: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The form through which a record was shown for signing.

    Shape: `own` are the keys the signer answers as a decision: they are no part of what is decided on, and
    others who decide on the same do not make it another thing.
    """

    definition_sha256: str
    element_id: str
    form_sha256: str
    own: frozenset[str] = frozenset()


def digest_of_shown(signable: Signable, shown: Shown) -> str:
    """Return the SHA-256 of what a person saw before signing: record, files, the version of the form."""
    return _sha256(
        {
            "record": [signable.kind, signable.id, signable.number],
            "facts": {key: _plain(value) for key, value in signable.facts.items() if key not in shown.own},
            "besides": _all_plain(signable.besides),
            "files": sorted(signable.files),
            "definition": shown.definition_sha256,
            "form": [shown.element_id, shown.form_sha256],
        }
    )


def covered_keys(signable: Signable, asked: Collection[str], own: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names of what a signature stands on, in order.

    Shape: `asked` are the keys that the forms of the lifecycle ask for or show; what Keel computes or keeps
    for itself moves on and is not among them.
    """
    facts = {key for key, value in signable.facts.items() if value not in _EMPTY} & set(asked)
    files = {f"{FILE}{sha256}" for sha256 in signable.files}
    return tuple(sorted((facts - set(own) - _HOUSEKEEPING) | signable.besides.keys() | files))


def digest_of_covered(signable: Signable, keys: Sequence[str]) -> str:
    """Return the SHA-256 of these facts as the record has them; a fact or file that is gone changes it."""
    known = {
        **signable.facts,
        **signable.besides,
        **{f"{FILE}{sha256}": sha256 for sha256 in signable.files},
    }
    return _sha256(
        {"record": [signable.kind, signable.id], "facts": {key: _plain(known.get(key)) for key in keys}}
    )


def _all_plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: _plain(value) for key, value in facts.items()}


def _plain(value: object) -> object:
    """Return a number without the trailing noughts that one database gives and another does not."""
    return value.normalize() if isinstance(value, Decimal) else value


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
