"""Prints what Python held at most while libraries came in: `document_memory HOME 100 200 600`.

A process of its own, because what other work left behind would be measured as well.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from tests.benchmarks.document_rows import peaks


def main() -> None:
    """Print the peaks in bytes as a JSON list, in the order of the counts."""
    logging.disable(logging.CRITICAL)
    home, *counts = sys.argv[1:]
    sys.stdout.write(json.dumps(peaks(Path(home), *map(int, counts))))


if __name__ == "__main__":
    main()
