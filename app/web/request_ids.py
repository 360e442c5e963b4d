"""One id for each request: in its log lines, its trail entries and its answer."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

from app.foundation.json_logging import use_request_id

HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def name_requests(app: Flask, *, trusts_proxies: bool) -> None:
    """Give each request of `app` an id. Register before everything that writes or logs.

    An id that comes with the request counts only where a trusted proxy stands in front, which sets or
    checks it; otherwise a visitor could write another's id into the trail.
    """

    def begin() -> None:
        given = request.headers.get(HEADER, "") if trusts_proxies else ""
        g.request_id = given if _ACCEPTED.fullmatch(given) else secrets.token_hex(16)
        use_request_id(g.request_id)

    def tell(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response

    def end(_error: BaseException | None) -> None:
        use_request_id(None)  # the thread serves another request next

    app.before_request(begin)
    app.after_request(tell)
    app.teardown_request(end)
