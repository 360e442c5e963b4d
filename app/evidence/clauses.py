"""The clause library: requirements by edition in our own words, read from data files. Nothing here is law."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting

LIBRARY = Path(__file__).parent / "library"
FILES = ("iso_9001_2015", "iso_9001_2015_amd_1", "iso_9001_2026")
EDITION = Setting(
    "evidence.edition", "2015+Amd1:2024", str, "Edition of ISO 9001 against which evidence is shown"
)
SETTINGS = (EDITION,)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


class UnknownClause(NotFound):
    """The edition has no such clause."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. Shape: a heading has no paraphrase. Units: months for which evidence is fresh."""

    number: str
    title: str
    paraphrase: str = ""
    fresh_months: int = 0

    @property
    def is_requirement(self) -> bool:
        """Tell whether it asks for something."""
        return bool(self.paraphrase)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the standard. Shape: `status` is `in_force` or `provisional`."""

    key: str
    title: str
    status: str
    source: str
    clauses: tuple[Clause, ...]

    def clause(self, number: str) -> Clause:
        """Return a clause. Errors: UnknownClause."""
        found = next((one for one in self.clauses if one.number == number), None)
        if found is None:
            raise UnknownClause(_("This edition has no clause %(number)s.", number=number))
        return found

    def place_of(self, text: str) -> str:
        """Return the requirement that a reference such as `10.2.1 b` belongs to, empty when there is none."""
        match = _NUMBER.match(text.strip())
        number = match.group(0) if match else ""
        known = {one.number for one in self.clauses if one.is_requirement}
        while number and number not in known:
            number = number.rpartition(".")[0]
        return number


@cache
def editions() -> Mapping[str, Edition]:
    """Return the editions by key, read once."""
    found = {}
    for name in FILES:
        data = json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))
        clauses = tuple(Clause(**one) for one in data["clauses"])
        found[data["edition"]] = Edition(
            data["edition"], data["title"], data["status"], data["source"], clauses
        )
    return found


def edition_of(key: str) -> Edition:
    """Return an edition; an unknown one falls back to the one in force."""
    return editions().get(key) or editions()[EDITION.default]


@cache
def mapping() -> Sequence[Mapping[str, object]]:
    """Return how the clauses of one edition stand in the next."""
    data = json.loads((LIBRARY / "mapping.json").read_text(encoding="utf-8"))
    found: Sequence[Mapping[str, object]] = data["mappings"]
    return found
