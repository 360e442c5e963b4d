"""The log for operators: one JSON object a line, with the fields given as `extra` and the request's id."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import TextIO

_request_id: ContextVar[str | None] = ContextVar("keel_request_id", default=None)
# Each tick, each revision and each move of the engine would be a line; the engine's would show task data too.
_CHATTY = ("alembic", "apscheduler", "spiff")
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; line breaks in values cannot start a line of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line: time, level, logger, phrase, then its fields."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request_id := _request_id.get()) is not None:
            line["request_id"] = request_id
        line |= {key: value for key, value in vars(record).items() if key not in _OWN_FIELDS}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_as_json(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all logging to `stream` (standard error by default) as JSON lines. Safe to call again."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def use_request_id(request_id: str | None) -> Token[str | None]:
    """Give the running context an id that stands in its log lines and trail entries; None takes it away."""
    return _request_id.set(request_id)


def current_request_id() -> str | None:
    """Return the id of the request this context serves, None outside one."""
    return _request_id.get()
