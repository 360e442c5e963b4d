"""The only table from an error to a status and a page."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.foundation.errors import Broken, Conflict, Invalid, NotFound, Problem, QmsError, Refused
from app.foundation.i18n import gettext as _

logger = logging.getLogger(__name__)

STATUS: dict[type[QmsError], int] = {
    NotFound: 404,
    Refused: 403,
    Invalid: 422,
    Conflict: 409,
    Broken: 500,
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What a page of this status says when the error itself says no more."""

    title: str
    sentence: str
    mend: str


def error_page(status: int) -> ErrorPage:
    """Return title, sentence and mending of a status."""
    pages = {**_pages_of_the_person(), **_pages_of_the_server()}
    return pages.get(status) or pages[500 if status >= 500 else 400]


def _pages_of_the_person() -> dict[int, ErrorPage]:
    return {
        400: ErrorPage(
            _("This request cannot be read"),
            _("A part of it is missing or was changed on the way."),
            _("Go back, reload the page and try again."),
        ),
        401: ErrorPage(
            _("You are signed out"),
            _("Nothing was changed, because we do not know who you are."),
            _("Sign in again in another tab, then repeat it here; what you typed is still there."),
        ),
        403: ErrorPage(
            _("You may not do this"),
            _("Your roles do not allow it here, or not at this moment."),
            _("Ask the quality manager of your site if you think you should."),
        ),
        404: ErrorPage(
            _("Nothing is here"),
            _("The address is wrong, or what stood here is not yours to see."),
            _("Search for the number of the record, or go home."),
        ),
        409: ErrorPage(
            _("Someone else was first"),
            _("What you saw has changed since you opened the page."),
            _("Reload the page, look at the change and decide again."),
        ),
        413: ErrorPage(
            _("This is too large"),
            _("The file or text is larger than the server takes."),
            _("Send a smaller file, for example a photo in a lower resolution."),
        ),
        422: ErrorPage(
            _("Something is missing or wrong"),
            _("The answers were not accepted as they are."),
            _("Correct what is listed; what you typed is still there."),
        ),
    }


def _pages_of_the_server() -> dict[int, ErrorPage]:
    return {
        429: ErrorPage(
            _("Too many attempts"),
            _("To protect your account we wait a little."),
            _("Try again in a few minutes."),
        ),
        500: ErrorPage(
            _("Keel made a mistake"),
            _("It was written down, and nothing was changed."),
            _("Try again. If it happens twice, give your administrator the reference below."),
        ),
        503: ErrorPage(
            _("Keel is busy or being maintained"),
            _("It cannot answer at this moment."),
            _("Wait a minute and reload the page."),
        ),
    }


def status_of(error: QmsError) -> int:
    """Return the status of an error by its nearest branch."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def answer_errors(app: Flask) -> None:
    """Answer every error of `app` with a page that helps, or with problem+json under /api."""
    app.register_error_handler(QmsError, _answer_named)
    app.register_error_handler(CSRFError, _answer_forged)
    app.register_error_handler(HTTPException, _answer_http)


def _answer_named(error: QmsError) -> Response:
    status = status_of(error)
    reference = ""
    if status >= 500:
        reference = _log_failure(error)
    problems = error.problems if isinstance(error, Invalid) else ()
    return _answer(status, error.sentence, problems=problems, reference=reference)


def _answer_forged(_error: CSRFError) -> Response:
    return _answer(
        403, _("This page was open for too long, or you signed in again since. Reload it and repeat.")
    )


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    reference = _log_failure(error) if isinstance(error, InternalServerError) else ""
    answer = _answer(error.code, reference=reference)
    for name in ("Allow", "Retry-After"):
        for value in [kept for key, kept in error.get_headers() if key == name]:
            answer.headers[name] = value
    return answer


def _log_failure(error: Exception) -> str:
    """Write the failure to the log under a reference that the page shows."""
    reference = secrets.token_hex(4)
    cause = getattr(error, "original_exception", None) or error
    logger.error("request failed", extra={"reference": reference, "path": request.path}, exc_info=cause)
    return reference


def _answer(
    status: int, sentence: str = "", *, problems: tuple[Problem, ...] = (), reference: str = ""
) -> Response:
    page = error_page(status)
    if request.path.startswith("/api/"):
        return _problem_json(status, page, sentence, problems)
    # A failing server draws the bare page: the frame asks for facts that may be what failed.
    layout = "web/bare.html" if status >= 500 or g.get("actor") is None else "web/base.html"
    html = render_template(
        "web/error.html",
        layout=layout,
        status=status,
        page=page,
        sentence=sentence or page.sentence,
        problems=problems,
        reference=reference,
    )
    return make_response(html, status)


def _problem_json(status: int, page: ErrorPage, sentence: str, problems: tuple[Problem, ...]) -> Response:
    """Return the error as RFC 9457 tells it."""
    answer = jsonify(
        type="about:blank",
        title=page.title,
        status=status,
        detail=sentence or page.sentence,
        errors=[
            {"where": one.where, "rule": one.rule, "detail": one.sentence, "mend": one.mend}
            for one in problems
        ],
    )
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer
