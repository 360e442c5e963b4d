"""A virus scanner of the house, asked about each upload before it is kept. None is shipped."""

from __future__ import annotations

import logging
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Scanner:
    """A command that gets the path of a file as its last argument.

    Shape: exit code 0 means clean and 1 means infected, as with `clamdscan`; anything else is no answer.
    """

    command: tuple[str, ...]

    @classmethod
    def of(cls, line: str | None) -> Scanner | None:
        """Return the scanner of a command line; None when there is none."""
        words = tuple(shlex.split(line or ""))
        return cls(words) if words else None

    def finds_harm(self, path: Path) -> bool | None:
        """Tell whether the scanner calls the file infected; None when it gave no answer."""
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                [*self.command, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as failure:
            logger.error("scanner failed", extra={"cause": type(failure).__name__})  # noqa: TRY400 - no trace needed
            return None
        if done.returncode not in {0, 1}:
            logger.error("scanner failed", extra={"exit_code": done.returncode})
            return None
        return done.returncode == 1
