"""The scheduler's jobs: a tick in each process that does what the database says is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again; safe to run in several processes at once.

    Shape: `every` is how long to wait between two runs.
    """

    name: str
    run: Callable[[], object]
    every: timedelta


class Ticker:
    """APScheduler as a bare tick: jobs in memory, one run at a time each, missed runs taken as one."""

    def __init__(self, jobs: Sequence[Job], in_context: Callable[[Callable[[], object]], None]) -> None:
        """Know the jobs, and how to run one inside the application's context."""
        self._scheduler: Any = BackgroundScheduler(timezone="UTC")
        self._jobs = tuple(jobs)
        self._in_context = in_context

    def start(self) -> None:
        """Begin to tick in a thread of its own."""
        for job in self._jobs:
            self._scheduler.add_job(
                self._run,
                "interval",
                args=(job,),
                id=job.name,
                seconds=job.every.total_seconds(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Let the running jobs finish and start no more."""
        self._scheduler.shutdown(wait=True)

    def _run(self, job: Job) -> None:
        try:
            self._in_context(job.run)
        except Exception:
            logger.exception("job failed", extra={"job": job.name})


def run_all(jobs: Sequence[Job]) -> None:
    """Run each job once, in order. For tests, and for a clock that was moved."""
    for job in jobs:
        job.run()
