"""`keel init`, `keel migrate`, `keel clock`: what a database is for, its schema, its time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from app.cli import startup
from app.cli.server import bare_server, ready_server
from app.foundation import clock as one_clock
from app.foundation.clock import clock as the_clock
from app.foundation.db import db
from app.foundation.durations import Duration, add_duration
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation, Purpose, advance_clock, load_clock
from app.foundation.migrations import migrate
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped
from app.trail import Subject, record
from app.trail.service import open_chain


@click.command()
@click.option(
    "--purpose",
    type=click.Choice([one.value for one in Purpose]),
    default=Purpose.PRODUCTION.value,
    show_default=True,
    help="Only demo and test let their clock be moved. It can never be changed.",
)
def init(purpose: str) -> None:
    """Make the tables and say for good what this database is for.

    `keel serve` does this by itself for production; demo and test databases are made here.
    """
    with bare_server() as server:
        startup.check_restore(server.config)
        startup.check_revision()
        migrate()
        with unit_of_work() as uow:
            open_chain(uow, Purpose(purpose))
            publish_shipped(uow)
        click.echo(_("The database is ready, for %(purpose)s.", purpose=purpose))


@click.command("migrate")
def migrate_command() -> None:
    """Bring the tables up to date. Stop all servers and make a backup before."""
    with bare_server() as server:
        startup.check_restore(server.config)
        startup.check_revision()
        migrate()
        click.echo(_("The database is up to date."))


@click.group()
def clock() -> None:
    """Look at the clock, or move it in a demo or test database."""


@clock.command("show")
def show() -> None:
    """Print the time of this database."""
    with ready_server():
        click.echo(one_clock.now().isoformat(timespec="seconds"))


@clock.command("advance")
@click.argument("span")
def advance(span: str) -> None:
    """Move the clock forward by SPAN, such as P60D or PT4H.

    Timers and due dates follow at the next tick of the servers. Refused in a production database: its
    evidence must carry true time. The move stands in the trail, and nothing moves the clock back.
    """
    duration = Duration.parse(span)
    with ready_server():
        with unit_of_work() as uow:
            now = uow.now
            before = uow.session.scalars(select(Installation.clock_offset_seconds)).one()
            advance_clock(uow, add_duration(now, duration, ZoneInfo("UTC")) - now)
            after = uow.session.get_one(Installation, 1).clock_offset_seconds
            record(
                uow,
                verb="clock.advanced",
                subject=Subject("installation", 1, "Keel"),
                before={"clock_offset_seconds": before},
                after={"clock_offset_seconds": after},
                reason=str(duration),
            )
        load_clock(db.session())
        click.echo(_("It is %(moment)s.", moment=the_clock.now().isoformat(timespec="seconds")))
