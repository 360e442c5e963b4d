"""Waitress with an orderly end: accept no more, finish what was begun, then go (R49)."""

from __future__ import annotations

import logging
import socket
import time
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel

from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

THREADS = 8
DRAIN_SECONDS = 25.0  # supervisors kill after 30


class AddressTaken(Refused):
    """Something else listens on the address."""


class WebServer:
    """Serves until it is told to stop; safe to tell from a signal handler."""

    def __init__(self, application: WSGIApplication, host: str, port: int) -> None:
        """Take the address.

        Errors: AddressTaken.
        """
        self._sockets: dict[int, Any] = {}
        self._is_stopping = False
        self._notice = 0.0
        self._server: Any = waitress.create_server(
            application,
            map=self._sockets,
            sockets=[_listening(host, port)],
            threads=THREADS,
            ident=None,
            # Whether a proxy is believed is decided by KEEL_TRUSTED_PROXIES, in the application.
            clear_untrusted_proxy_headers=False,
        )

    def run(self) -> None:
        """Serve until `stop`, then finish the requests that were begun."""
        while not self._is_stopping:
            wasyncore.loop(timeout=1.0, map=self._sockets, count=1)
        end = time.monotonic() + self._notice
        while time.monotonic() < end:
            wasyncore.loop(timeout=0.1, map=self._sockets, count=1)
        self._drain()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets)

    def stop(self, notice: float = 0.0) -> None:
        """Ask the server to end. Safe to call again.

        Units: for `notice` seconds it still takes requests, so that a balancer sees readiness turn red.
        """
        self._notice = notice
        self._is_stopping = True

    def _drain(self) -> None:
        for dispatcher in list(self._sockets.values()):
            if dispatcher.accepting:
                wasyncore.dispatcher.close(dispatcher)  # the listening socket only, not its open requests
        end = time.monotonic() + DRAIN_SECONDS
        while self._is_busy() and time.monotonic() < end:
            wasyncore.loop(timeout=0.1, map=self._sockets, count=1)
        if self._is_busy():
            logger.warning("requests cut off", extra={"seconds": DRAIN_SECONDS})

    def _is_busy(self) -> bool:
        channels = [one for one in self._sockets.values() if isinstance(one, HTTPChannel)]
        return any(one.requests or one.request or one.total_outbufs_len for one in channels)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise AddressTaken(
            _("Cannot listen on %(host)s port %(port)s: %(why)s.", host=host, port=port, why=error.strerror)
        ) from error
