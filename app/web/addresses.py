"""The address of a page for presenters, which prepare plain values and know nothing of requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, url_for


def address(endpoint: str, **values: str | int) -> str:
    """Return the path of an endpoint; values its rule does not name go behind the question mark."""
    return url_for(endpoint, _anchor=None, _method=None, _scheme=None, _external=None, **values)


@contextmanager
def outside_requests() -> Iterator[None]:
    """Let addresses be made where no request is, such as in a job that prints what pages show."""
    with current_app.test_request_context():
        yield
