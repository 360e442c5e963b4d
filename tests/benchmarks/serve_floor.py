"""The floor application under the server that Keel uses. Its database address comes from FLOOR_DB."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import waitress

THREADS = 8  # as many as Keel's

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent / "floor"))
    waitress.serve(
        importlib.import_module("floor_app").app, host="127.0.0.1", port=int(sys.argv[1]), threads=THREADS
    )
