"""Joins the commands and turns named errors into one clear sentence and an exit code."""

from __future__ import annotations

from typing import Any

import click

from app.cli.backups import back_up_command, restore_command
from app.cli.benching import bench
from app.cli.decisions import decisions
from app.cli.definitions import lifecycle
from app.cli.demonstration import demo
from app.cli.importing import imports
from app.cli.installations import clock, init, migrate_command
from app.cli.outcome import BROKEN_EVIDENCE, FAILED, EvidenceBroken
from app.cli.scheduling import scheduler
from app.cli.serving import serve
from app.cli.trails import trail
from app.foundation.archive import DamagedBackup
from app.foundation.errors import Invalid, QmsError

# The sign \b keeps the lines of a paragraph as they are.
HELP = """\
Keel: quality management whose lifecycles are BPMN diagrams.

\b
A first start:
  keel serve                      serve on http://127.0.0.1:8000
Day to day:
  keel backup FILE                everything in one verified file, while the server runs
  keel import nonconformities F   rows of another system, checked whole before any lands
  keel lifecycle check            what the publish gate says of diagrams, tables and forms
  keel trail verify               prove that nobody changed the record of deeds
Trying it out:
  keel demo --serve               a small company with some months of history
  keel init --purpose test        a database whose clock may be moved
  keel clock advance P60D         sixty days later

Settings come from the environment; the important ones:

\b
  KEEL_HOME          folder of database, files, secret and checkpoints  (./var)
  KEEL_DATABASE_URL  SQLite or PostgreSQL                     (KEEL_HOME/keel.db)
  KEEL_HOST, KEEL_PORT, KEEL_PUBLIC_URL, KEEL_SMTP_URL, KEEL_MAIL_FROM
"""


class KeelGroup(click.Group):
    """Shows a named error as its sentence, with all problems, and without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except EvidenceBroken as error:
            click.echo(error.sentence, err=True)
            ctx.exit(BROKEN_EVIDENCE)
        except QmsError as error:
            click.echo(f"Error: {error.sentence}", err=True)
            for problem in error.problems if isinstance(error, (Invalid, DamagedBackup)) else ():
                click.echo(f"  {problem}", err=True)
            ctx.exit(FAILED)


@click.group(
    cls=KeelGroup,
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 refused or failed, the sentence says why; 2 wrong usage; "
    "3 evidence does not hold.",
)
@click.version_option(package_name="keel", prog_name="keel")
def main() -> None:
    """Join the commands."""


for command in (
    serve,
    scheduler,
    init,
    migrate_command,
    clock,
    trail,
    back_up_command,
    restore_command,
    decisions,
    lifecycle,
    bench,
    imports,
    demo,
):
    main.add_command(command)
