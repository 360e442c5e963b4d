"""`keel demo`: a company with two years of history, to look at and to play with."""

from __future__ import annotations

import time

import click

from app.accounts.passwords import Passwords
from app.cli import startup
from app.cli.server import bare_server
from app.cli.serving import serve
from app.demo import making
from app.demo.company import PLAYERS
from app.demo.stories.evidence import AUDITOR
from app.foundation import clock
from app.foundation.backup import Place
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.migrations import migrate
from app.trail.checkpoints import FILE_NAME, take_checkpoint
from config import Config


@click.command()
@click.option("--serve", "is_serving", is_flag=True, help="Serve it afterwards, as `keel serve` does.")
@click.pass_context
def demo(context: click.Context, *, is_serving: bool) -> None:
    """Make the demo company Norrland Pumps, or find it again, and print who can sign in.

    The database is of purpose demo for good: a banner says so on every page, and its clock may be moved with
    `keel clock advance`. A home with a production database is refused. Takes about a minute.
    """
    with bare_server() as server:
        startup.check_settings(server.config)
        _make_ready()
        if not making.is_made():
            _make(server.config)
        _introduce(server.config.public_url)
    if is_serving:
        context.invoke(serve)


def _make_ready() -> None:
    """Refuse a database that is not for this before anything in it is changed."""
    startup.check_revision()
    if startup.is_empty():
        migrate()
        return
    making.refuse_other_purposes()
    startup.bring_up_to_date()


def _make(config: Config) -> None:
    click.echo(_("Making the demo company Norrland Pumps…"), err=True)
    begun = time.monotonic()
    place = Place(config.home, config.database_url)
    password_hash = Passwords(is_fast=config.fast_passwords).hash(making.PASSWORD)
    making.make(making.Order(place.store, password_hash, config.public_url), _tell)
    seconds = round(time.monotonic() - begun)
    click.echo(_("Made in %(seconds)s seconds.", seconds=seconds), err=True)
    db.session.rollback()
    take_checkpoint(db.session(), config.home / FILE_NAME, clock.now())


def _introduce(url: str) -> None:
    click.echo(_("Sign in at %(url)s with one of these names.", url=url))
    click.echo(_("The password of all of them: %(password)s", password=making.PASSWORD))
    for player in PLAYERS:
        click.echo(f"  {player.user_name:<16} {player.site}  {player.does}")
    click.echo(f"  {AUDITOR:<16} {'':3}  {_('External auditor, a guest in one audit room')}")


def _tell(line: str) -> None:
    click.echo(f"  {line}", err=True)
