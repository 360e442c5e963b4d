"""Plays many stories at once in the order of time: each goes on where it left off when its day has come.

A story is a generator: `yield 40` means "go on forty days before the last Tuesday", so that its weekdays are
the same whenever the demo is made. The one clock stands still during each turn and is released at the end.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from app.foundation.clock import clock

Story = Generator[int, None, None]

MORNING = time(5, 0)
_FIRST_HOUR = timedelta(hours=7)
_DAY_MINUTES = 7 * 60
_TUESDAY, _SATURDAY, _WEEK = 1, 5, 7


@dataclass(order=True)
class _Turn:
    """When a story goes on; stories of the same moment keep the order in which they were told."""

    moment: datetime
    order: int
    story: Story = field(compare=False)


@dataclass(frozen=True, slots=True)
class Agenda:
    """From when stories count, where they end, what decides hours, and what happens every morning."""

    present: datetime
    end: datetime
    chance: Random
    every_morning: Callable[[], None]

    def play(self, stories: Sequence[Story], tell: Callable[[date], None]) -> None:
        """Play the stories to their ends, with the working mornings between their turns.

        Shape: `tell` hears the day of every turn. A turn after the end is not played.
        Effects: freezes the clock at the moment of each turn; the caller releases it.
        """
        turns: list[_Turn] = []
        for order, story in enumerate(stories):
            self._queue(turns, order, story)
        while turns:
            turn = heapq.heappop(turns)
            self._let_time_pass(turn.moment)
            tell(turn.moment.date())
            self._queue(turns, turn.order, turn.story)
        self._let_time_pass(self.end)

    def _queue(self, turns: list[_Turn], order: int, story: Story) -> None:
        days = next(story, None)
        if days is None:
            return
        moment = self._moment(days)
        if moment < self.end:
            heapq.heappush(turns, _Turn(moment, order, story))

    def _moment(self, days: int) -> datetime:
        """Return an hour of work on that day, or on the Friday before a weekend; never in the past."""
        day = last_tuesday(self.present.date()) - timedelta(days=days)
        day -= timedelta(days=max(0, day.weekday() - _SATURDAY + 1))
        hour = _FIRST_HOUR + timedelta(minutes=self.chance.randrange(_DAY_MINUTES))
        return max(datetime.combine(day, time(), UTC) + hour, clock.now())

    def _let_time_pass(self, until: datetime) -> None:
        morning = datetime.combine(clock.now().date(), MORNING, UTC) + timedelta(days=1)
        while morning < until:
            clock.freeze(morning)
            if morning.weekday() < _SATURDAY:
                self.every_morning()
            morning += timedelta(days=1)
        clock.freeze(max(until, clock.now()))


def last_tuesday(day: date) -> date:
    """Return the day itself if it is a Tuesday, else the Tuesday before."""
    return day - timedelta(days=(day.weekday() - _TUESDAY) % _WEEK)
