"""`keel serve`: the web server with the scheduler's tick in it."""

from __future__ import annotations

import os

import click

from app.accounts.setup import first_admin_link
from app.cli import startup
from app.cli.house_jobs import all_jobs, show_life
from app.cli.scheduling import in_context_of, stop_at_signals, stop_ticking
from app.cli.server import Server, bare_server
from app.cli.web_server import WebServer
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.installation import Purpose, load_clock
from app.foundation.json_logging import log_as_json
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped
from app.trail.service import open_chain
from app.web.health import announce_stop
from app.workflow.jobs import Ticker
from config import Config

BALANCER_NOTICE = 5.0  # seconds in which a balancer in front sees that the server is not ready any longer


@click.command()
@click.option("--host", help="Address to listen on. Default: KEEL_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port. Default: KEEL_PORT, else 8000.")
@click.option("--no-scheduler", is_flag=True, help="Leave timers and mails to `keel scheduler`.")
def serve(host: str | None, port: int | None, *, no_scheduler: bool) -> None:
    """Serve Keel, with timers and mails in the same process.

    The first start makes the home folder, the secret and the database, and prints a link with which the
    first admin makes an account. The link works once; a start without any account prints a fresh one.

    SQLite is brought up to date at the start. On PostgreSQL run `keel migrate` first.
    Stop with Ctrl-C or SIGTERM: requests that were begun are finished, then it ends within 30 seconds.
    """
    log_as_json()
    given = {"KEEL_HOST": host, "KEEL_PORT": str(port) if port else None}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    with bare_server(environment) as server:
        startup.check_settings(server.config)
        startup.bring_up_to_date()
        open_installation()
        web = WebServer(server.app, server.config.host, server.config.port)
        ticker = Ticker(() if no_scheduler else all_jobs(server.config), in_context_of(server.app))
        stop_at_signals(lambda: _stop(server, web))
        if not no_scheduler:
            show_life()
        _greet(server.config)
        ticker.start()
        web.run()
        stop_ticking(ticker)


def _stop(server: Server, web: WebServer) -> None:
    """Turn readiness red first, so that a balancer sends nobody to a server that is about to close."""
    announce_stop(server.app)
    web.stop(notice=BALANCER_NOTICE if server.config.trusted_proxies else 0.0)


def open_installation() -> None:
    """Initialise a fresh database, publish the originals, set the clock. Safe to call again."""
    if load_clock(db.session()) is None:
        with unit_of_work() as uow:
            open_chain(uow, Purpose.PRODUCTION)
    with unit_of_work() as uow:
        publish_shipped(uow)
    db.session.rollback()


def _greet(config: Config) -> None:
    click.echo(_("Keel serves %(url)s", url=config.public_url))
    with unit_of_work() as uow:
        link = first_admin_link(uow, config.public_url)
    if link:
        click.echo(_("Nobody has an account yet. Make the first admin here; the link works once:"))
        click.echo(f"  {link}")
    if config.smtp_url is None:
        click.echo(_("No mail server is set (KEEL_SMTP_URL): mails wait under Admin to be copied by hand."))
