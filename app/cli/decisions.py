"""`keel decisions`: the decision engine against the kit of the standard."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.outcome import EvidenceBroken
from app.decisions.tck import run_tck
from app.foundation.i18n import gettext as _


@click.group()
def decisions() -> None:
    """Check the decision engine."""


@decisions.command("tck")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def tck(directory: Path) -> None:
    """Run the DMN Technology Compatibility Kit's cases below DIRECTORY.

    Prints a line for each case and, last, `N passed, M failed`. Exit code 3 when a case fails or none was
    found.
    """
    passed = failed = 0
    for result in run_tck(directory):
        word = "passed" if result.is_passed else "FAILED"
        click.echo(f"{word} {result.folder} {result.case} {result.detail}".rstrip())
        passed, failed = passed + result.is_passed, failed + (not result.is_passed)
    click.echo(f"{passed} passed, {failed} failed")
    if failed or not passed:
        raise EvidenceBroken(
            _("Not every case passed.") if passed or failed else _("There are no cases here.")
        )
