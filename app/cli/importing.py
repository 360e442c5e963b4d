"""`keel import`: bring rows of other systems in, go on after a crash, and take history back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from app.accounts.people import fold, ids_by_user_name
from app.cli.server import ready_server
from app.foundation.backup import Place
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.unit_of_work import unit_of_work
from app.imports import landing
from app.imports.document_staging import Library, preview_library, stage_library
from app.imports.landing import Outcome
from app.imports.mapping_reader import DOCUMENT, load_mapping, shipped_mappings
from app.imports.rules import LandsAs
from app.imports.runs import runs
from app.imports.staging import Order, Preview, preview, stage
from app.imports.undoing import undo
from app.lifecycles import publish_shipped

MOST_NAMED = 10


class NobodyOfThatName(NotFound):
    """There is no person of that user name."""


@click.group("import")
def imports() -> None:
    """Bring rows of other systems in, list what was brought in, and take history back."""


@imports.command("nonconformities")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, help=f"A JSON file, or one of: {', '.join(shipped_mappings())}.")
@click.option(
    "--lands-as",
    type=click.Choice([one.value for one in LandsAs]),
    help="history: closed records that only count; open: live reports at their first step. "
    "Default: what the mapping says.",
)
@click.option("--by", "user_name", help="The user name of the person who imports; live reports need one.")
@click.option("--dry-run", is_flag=True, help="Check every row and say what would happen. Writes nothing.")
def nonconformities(
    file: Path, mapping: str, lands_as: str | None, user_name: str | None, *, dry_run: bool
) -> None:
    """Import the rows of FILE (CSV, TSV or JSON lines) as nonconformities.

    First every row is checked by the form people report with. One fault, and nothing lands: all faults are
    listed with row and column. Then the rows land in portions; if that is interrupted, the scheduler of a
    running server goes on, or `keel import resume`.
    """
    plan = load_mapping(mapping)
    with ready_server():
        with unit_of_work() as uow:
            publish_shipped(uow)  # rows are judged by the form in force, on a database never served as well
        order = Order(file, plan, LandsAs(lands_as or plan.lands_as), _person(user_name))
        if dry_run:
            _dry_run(order)
            return
        with _bar(_("Checking"), file.stat().st_size) as tell:
            run_id = stage(order, tell)
        click.echo(_("Import %(id)s: all rows are good.", id=run_id))
        _land(run_id)


@imports.command("documents")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--metadata",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV, TSV or JSON lines file with one row for each document.",
)
@click.option(
    "--mapping",
    default="documents",
    show_default=True,
    help="A JSON file, or the shipped mapping, whose headings are those of the handbook.",
)
@click.option("--by", "user_name", help="The user name of the person who imports.")
@click.option("--dry-run", is_flag=True, help="Check every row and every file. Writes nothing.")
def documents(folder: Path, metadata: Path, mapping: str, user_name: str | None, *, dry_run: bool) -> None:
    """Import an existing library: the files of FOLDER, and what --metadata says of them.

    First every row and every file is checked. One fault, and nothing lands: all faults are listed with row
    and column. Then the documents land in portions, each with its revision in force; who approved it long ago
    stands as a fact that was told, never as a signature. If that is interrupted, the scheduler of a running
    server goes on, or `keel import resume`; the folder is not needed any more.
    """
    plan = load_mapping(mapping, DOCUMENT)
    with ready_server() as server:
        store = Place(server.config.home, server.config.database_url, server.config.scan_command).store
        order = Order(metadata, plan, LandsAs.HISTORY, _person(user_name))
        library = Library(order, folder, store)
        with _bar(_("Checking"), metadata.stat().st_size) as tell:
            if dry_run:
                found = preview_library(library, tell)
            else:
                run_id = stage_library(library, tell)
        if dry_run:
            _told_preview(found, LandsAs.HISTORY)
            return
        click.echo(_("Import %(id)s: all rows and files are good.", id=run_id))
        _land(run_id)


@imports.command("list")
def list_command() -> None:
    """List the imports, the latest first."""
    with ready_server():
        found = runs(db.session())
        for run in found:
            click.echo(
                f"{run.id:>5}  {run.created_at:%Y-%m-%d %H:%M}  {run.state.value:<8} {run.lands_as:<8}"
                f" {run.landed_count}/{run.row_count}  {run.file_name}  {run.title}"
            )
            if run.fault:
                click.echo(f"       {run.fault}")
        if not found:
            click.echo(_("Nothing was imported yet."))


@imports.command("resume")
@click.argument("run_id", type=int, metavar="ID")
def resume_command(run_id: int) -> None:
    """Land what is left of import ID, after a crash or after what stopped it was mended."""
    with ready_server():
        landing.clear_fault(run_id)
        _land(run_id)


@imports.command("undo")
@click.argument("run_id", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why; stands in the trail.")
@click.option("--by", "user_name", help="The user name of the person who decides it.")
@click.confirmation_option(prompt="This takes the imported records back. Go on?")
def undo_command(run_id: int, reason: str, user_name: str | None) -> None:
    """Take back the records of import ID. Refused as soon as something was built on them."""
    with ready_server():
        rows = next((run.landed_count for run in runs(db.session()) if run.id == run_id), 0)
        with _bar(_("Taking back"), rows) as tell:
            count = undo(run_id, reason, actor_id=_person(user_name), tell=tell)
        click.echo(ngettext("%(num)s record was taken back.", "%(num)s records were taken back.", count))


def _dry_run(order: Order) -> None:
    with _bar(_("Checking"), order.path.stat().st_size) as tell:
        found = preview(order, tell)
    _told_preview(found, order.lands_as)


def _told_preview(found: Preview, lands_as: LandsAs) -> None:
    text = ngettext(
        "%(num)s row would land as %(kind)s.",
        "%(num)s rows would land as %(kind)s.",
        found.row_count,
        kind=lands_as.value,
    )
    click.echo(text)
    for one in found.planned[:MOST_NAMED]:
        click.echo(
            _(
                "  adds %(kind)s %(code)s: %(name)s",
                kind=one.kind.value,
                code=one.entry.code,
                name=one.entry.name,
            )
        )
    more = len(found.planned) - MOST_NAMED
    if more > 0:
        click.echo(ngettext("  and %(num)s entry more", "  and %(num)s entries more", more))
    click.echo(_("Nothing was written."))


def _land(run_id: int) -> None:
    waiting = landing.outcome_of(run_id)
    with _bar(_("Landing"), waiting.row_count - waiting.landed_count) as tell:
        outcome = landing.land_run(run_id, tell)
    click.echo(_told(outcome))


def _told(outcome: Outcome) -> str:
    return "\n".join(
        (
            _("%(landed)s of %(all)s rows have landed.", landed=outcome.landed_count, all=outcome.row_count),
            _("Recurrences: %(count)s", count=outcome.recurrent_count),
        )
    )


def _person(user_name: str | None) -> int | None:
    if user_name is None:
        return None
    found = ids_by_user_name(db.session()).get(fold(user_name))
    if found is None:
        raise NobodyOfThatName(_("There is nobody with the user name “%(name)s”.", name=user_name))
    return found


@contextmanager
def _bar(label: str, length: int) -> Iterator[Any]:
    with click.progressbar(length=max(length, 1), label=label, file=sys.stderr) as bar:
        yield bar.update
