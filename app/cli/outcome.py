"""What a command hands back to the shell."""

from __future__ import annotations

from app.foundation.errors import Broken

FAILED = 1
BROKEN_EVIDENCE = 3


class EvidenceBroken(Broken):
    """The trail, a record or a file is not what was recorded."""
