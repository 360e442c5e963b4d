"""What a reader asked to see of a definition, and the address of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.indicators.periods import Asked
from app.web.addresses import address


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader asked to see. Shape: `version` 0 is all versions; `pick` names a figure to open."""

    key: str
    asked: Asked
    version: int = 0
    pick: str = ""

    def url(self, **changes: str | int) -> str:
        """Return the address of the same look with some things changed; "" or 0 leaves one out."""
        values: dict[str, str | int] = {"version": self.version, **self.asked.arguments(), **changes}
        return address(
            "insight.page", definition_key=self.key, **{name: one for name, one in values.items() if one}
        )
