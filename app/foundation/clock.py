"""The one clock. Everything that needs the time asks here, so that a test or a demo can move it.

The offset is kept in the `installation` row and only a database created as demo or test may have one:
evidence with false time must be impossible.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """A source of aware UTC moments: the machine's time plus an offset, or a frozen moment."""

    def __init__(self) -> None:
        """Start as the machine's own clock."""
        self._offset = timedelta()
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC, to the microsecond."""
        if self._frozen is not None:
            return self._frozen
        return datetime.now(UTC) + self._offset

    def freeze(self, moment: datetime) -> None:
        """Stand still at `moment` (aware) until released. For tests."""
        self._frozen = moment.astimezone(UTC)

    def advance(self, span: timedelta) -> datetime:
        """Move a frozen clock forward by `span` and return the moment reached. For tests."""
        if self._frozen is None:
            self._offset += span
        else:
            self._frozen += span
        return self.now()

    def use_offset(self, offset: timedelta) -> None:
        """Run `offset` ahead of the machine's time; the installation decides whether that is allowed."""
        self._offset = offset

    def release(self) -> None:
        """Run with the machine's time again."""
        self._frozen = None
        self._offset = timedelta()


clock = Clock()


def now() -> datetime:
    """Return the present moment of the one clock, aware, in UTC."""
    return clock.now()
