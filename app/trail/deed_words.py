"""What deeds are called. Packages declare the words for the codes that they write into the trail.

The trail keeps codes such as `task.completed`, because they never change; people read the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.foundation.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class DeedWords:
    """The words for one code, as English sources; they are translated when they are shown.

    Shape: `name` is what lists and filters call the deed; `sentence` goes on after the name of a person and
    may hold the facts %(task)s, %(person)s, %(file)s, %(to)s, %(stage)s, %(revision)s and %(copy)s.
    """

    verb: str
    name: str
    sentence: str


class DeedBook:
    """All declared deeds by their code."""

    def __init__(self) -> None:
        self._by_verb: dict[str, DeedWords] = {}

    def use(self, declared: Sequence[DeedWords]) -> None:
        """Know these deeds and no others. Errors: ValueError for a code that is declared twice."""
        by_verb = {one.verb: one for one in declared}
        if len(by_verb) != len(declared):
            twice = sorted({one.verb for one in declared if by_verb[one.verb] is not one})
            message = f"declared twice: {', '.join(twice)}"
            raise ValueError(message)
        self._by_verb = by_verb

    def knows(self, verb: str) -> bool:
        """Tell whether there are words for a code."""
        return verb in self._by_verb

    def verbs(self) -> Sequence[str]:
        """Return all declared codes."""
        return tuple(self._by_verb)

    def name_of(self, verb: str) -> str:
        """Return what a deed is called; a code of an older version, without words, is spelt out."""
        known = self._by_verb.get(verb)
        return _(known.name) if known else _spelt(verb)

    def sentence_of(self, verb: str, facts: Mapping[str, str]) -> str:
        """Return a deed in words that follow a person's name."""
        known = self._by_verb.get(verb)
        return _(known.sentence, **facts) if known else _("noted: %(deed)s", deed=_spelt(verb))

    def choices(self) -> Sequence[tuple[str, str]]:
        """Return all codes with their names, by name, for a filter."""
        return sorted(((verb, self.name_of(verb)) for verb in self._by_verb), key=lambda one: one[1].lower())


def _spelt(verb: str) -> str:
    return _(verb.replace(".", " ").replace("_", " "))


deeds = DeedBook()
