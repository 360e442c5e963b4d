"""What narrows a list of tasks: read from the address, so that a list can be kept and sent as a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_TYPED = 100


class Tab(StrEnum):
    """The four views of the inbox."""

    MINE = "mine"
    GROUPS = "groups"
    ALL = "all"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on tasks; empty ones do not narrow.

    Shape: `kind` is the key of a definition; `who_id` is whose tasks are looked at, for who oversees tasks.
    """

    site_id: int | None = None
    kind: str = ""
    is_overdue: bool = False
    text: str = ""
    who_id: int | None = None

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the conditions that narrow."""
        set_ones = {
            "site": self.site_id is not None,
            "kind": bool(self.kind),
            "overdue": self.is_overdue,
            "text": bool(self.text),
        }
        return frozenset(name for name, is_set in set_ones.items() if is_set)


def filters_from(arguments: Mapping[str, str]) -> Filters:
    """Return the filters an address asks for; what cannot be read does not narrow."""
    return Filters(
        site_id=_number(arguments.get("site", "")),
        kind=arguments.get("kind", "")[:80],
        is_overdue=arguments.get("due") == "overdue",
        text=" ".join(arguments.get("q", "").split())[:MOST_TYPED],
        who_id=_number(arguments.get("who", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def tab_from(arguments: Mapping[str, str]) -> Tab:
    """Return the tab an address asks for; Mine when it names none of ours."""
    asked = arguments.get("tab", "")
    return Tab(asked) if asked in {tab.value for tab in Tab} else Tab.MINE
