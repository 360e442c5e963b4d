"""The address of a page for presenters, which prepare plain values and know nothing of requests."""

from __future__ import annotations

from flask import url_for


def address(endpoint: str, **values: str | int) -> str:
    """Return the path of an endpoint; values its rule does not name go behind the question mark."""
    return url_for(endpoint, _anchor=None, _method=None, _scheme=None, _external=None, **values)
