"""`keel scheduler`: timers, messages and mails in a process of their own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import click
from flask import Flask

from app.cli import startup
from app.cli.house_jobs import all_jobs, show_life
from app.cli.server import ready_server
from app.foundation.i18n import gettext as _
from app.foundation.json_logging import log_as_json
from app.workflow.jobs import Ticker

STOP_SECONDS = 25.0  # supervisors kill after 30; leases end what is cut off


@click.command()
def scheduler() -> None:
    """Run timers, messages and mails beside the web servers.

    Any number may run: what is due stands in the database and is claimed with a lease.
    Stop with Ctrl-C or SIGTERM: the work at hand is finished first.
    """
    log_as_json()
    with ready_server() as server:
        startup.check_settings(server.config)
        startup.check_second_process()
        done = threading.Event()
        stop_at_signals(done.set)
        ticker = Ticker(all_jobs(server.config), in_context_of(server.app))
        show_life()
        ticker.start()
        click.echo(_("The scheduler runs."))
        done.wait()
        stop_ticking(ticker)


def in_context_of(app: Flask) -> Callable[[Callable[[], object]], None]:
    """Return a function that runs work inside the application's context, in whatever thread."""

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            work()

    return run


def stop_at_signals(stop: Callable[[], None]) -> None:
    """Call `stop` at Ctrl-C and at SIGTERM; a second Ctrl-C ends at once."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def stop_ticking(ticker: Ticker) -> None:
    """Claim nothing more and wait for the work at hand, but not for ever."""
    waiting = threading.Thread(target=ticker.stop, daemon=True)
    waiting.start()
    waiting.join(STOP_SECONDS)
    click.echo(_("Stopped."))
