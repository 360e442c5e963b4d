"""Addresses of the built style sheet and scripts, read from the manifest that the build writes."""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import cast

from flask import url_for

logger = logging.getLogger(__name__)

DIST = Path(__file__).parent / "static" / "dist"


@cache
def manifest() -> dict[str, str]:
    """Return the hashed file name of each asset by its plain name; empty when nothing was built."""
    path = DIST / "manifest.json"
    if not path.exists():
        # Pages are complete without style and script, so a missing build is an error, not an end.
        logger.error("front end is not built", extra={"mend": "make assets"})
        return {}
    return cast("dict[str, str]", json.loads(path.read_text(encoding="utf-8")))


def asset(name: str) -> str:
    """Return the address of an asset by its plain name, such as `app.js`."""
    return url_for("web.static", filename=manifest().get(name, name))
