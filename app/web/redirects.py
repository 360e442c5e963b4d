"""Where a person goes after a deed."""

from __future__ import annotations

import re

from flask import redirect as flask_redirect
from flask import request
from werkzeug.wrappers import Response

_CONTROL = re.compile(r"[\x00-\x20\\]")


def redirect_303(url: str) -> Response:
    """Answer a write with the page to look at next, so that reloading it repeats nothing."""
    return flask_redirect(url, code=303)


def is_own_address(target: str) -> bool:
    """Tell whether `target` is a path of this server that no browser reads as another host."""
    return target.startswith("/") and not target.startswith("//") and not _CONTROL.search(target)


def next_address(default: str) -> str:
    """Return the address asked for with `next=` if it is one of ours, else `default`."""
    target = request.values.get("next", "")
    return target if is_own_address(target) else default
