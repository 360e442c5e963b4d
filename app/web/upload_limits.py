"""How large a request may be: what the settings allow for one file, and no less than the usual form."""

from __future__ import annotations

from flask import Flask, request

from app.foundation.db import db
from app.foundation.file_limits import MEGABYTE, largest_bytes
from app.web.sessions import actor_of_request

USUAL = 32 * MEGABYTE
AROUND = 7 * MEGABYTE  # the other fields of a form with one large file


def bound_requests(app: Flask) -> None:
    """Refuse bodies beyond the limit. The setting is looked up only for those larger than usual."""
    app.config["MAX_CONTENT_LENGTH"] = USUAL
    app.before_request(_widen)


def _widen() -> None:
    if (request.content_length or 0) <= USUAL:
        return
    actor = actor_of_request()
    if actor is not None:  # strangers send no large files
        request.max_content_length = max(USUAL, largest_bytes(db.session(), actor.site_id) + AROUND)
