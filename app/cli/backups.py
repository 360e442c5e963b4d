"""`keel backup` and `keel restore`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from app.cli.outcome import EvidenceBroken
from app.cli.server import bare_server, ready_server
from app.foundation.backup import Place, back_up, restore
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation
from app.foundation.migrations import revision_of
from app.trail.models import TrailHead


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def back_up_command(file: Path) -> None:
    """Write database, files and checkpoints into FILE while the server runs.

    FILE carries a hash of every member and is never overwritten. The secret is not in it. It holds personal
    data and is not encrypted: keep it where only admins can read it. PostgreSQL needs pg_dump on the PATH.
    """
    with ready_server() as server:
        place = Place(server.config.home, server.config.database_url)
        result = back_up(place, file, _facts(), _tell)
    click.echo(_("%(count)s members in %(file)s.", count=len(result.manifest.hashes), file=file))
    if result.missing_files:
        names = "\n  ".join(result.missing_files)
        raise EvidenceBroken(
            _("The backup is written, but the store has lost files:\n  %(names)s", names=names)
        )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Put the backup FILE into an empty KEEL_HOME (and an empty PostgreSQL database).

    Every hash is compared before anything is written; a damaged backup is reported and changes nothing.
    Afterwards run `keel trail verify --checkpoint` with checkpoints kept elsewhere. People sign in anew.
    """
    with bare_server() as server:
        place = Place(server.config.home, server.config.database_url)
        db.engine.dispose()  # an open connection would make the database file
        manifest = restore(file, place, _tell)
    click.echo(_("Restored: the state of %(moment)s.", moment=manifest.facts.get("made_at", "?")))


def _facts() -> Mapping[str, object]:
    head = db.session.execute(select(TrailHead.seq, TrailHead.hash)).one()
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),  # true time, also in a demo
        "revision": revision_of(db.engine),
        "chain_id": db.session.scalar(select(Installation.chain_id)),
        "trail_seq": head.seq,
        "trail_hash": head.hash,
    }


def _tell(line: str) -> None:
    click.echo(line, err=True)
