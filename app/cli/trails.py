"""`keel trail`: proof that the record of deeds is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from app.cli.outcome import EvidenceBroken
from app.cli.server import Server, ready_server
from app.evidence.witnesses import contradicted
from app.foundation import clock
from app.foundation.backup import Place
from app.foundation.db import db
from app.foundation.errors import Problem
from app.foundation.files import faulty_files
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.trail.checkpoints import FILE_NAME, Checkpoint, read_checkpoints, take_checkpoint
from app.trail.verification import VerificationResult, verify


@click.group()
def trail() -> None:
    """Verify the trail, and keep its checkpoints."""


@trail.command("verify")
@click.option(
    "--checkpoint",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of checkpoints kept elsewhere. Default: KEEL_HOME/checkpoints.jsonl.",
)
@click.option("--key", default="", help="The public key that must have signed every checkpoint.")
def verify_command(file: Path | None, key: str) -> None:
    """Recompute every entry, compare the records and files it speaks of, and name the first fault.

    Checkpoints show what the database alone cannot: that its trail was rewritten, cut, or put back to an
    earlier day. Copy KEEL_HOME/checkpoints.jsonl to another machine now and then, and verify against that.

    Exit code 3 when anything is wrong.
    """
    with ready_server() as server:
        checkpoints = read_checkpoints(file or server.config.home / FILE_NAME)
        _refuse_other_keys(checkpoints, key)
        result = _verify(checkpoints)
        if not result.is_intact:
            raise EvidenceBroken(_told(result))
        problems = list(_problems(server))
        if problems:
            raise EvidenceBroken("\n".join(problem.sentence for problem in problems))
        _praise(result, checkpoints)


@trail.command("checkpoint")
def checkpoint_command() -> None:
    """Append the present head of the trail, signed, to KEEL_HOME/checkpoints.jsonl and print it.

    Note the key that `keel trail verify` names away from this machine: whoever rewrites the database and
    this file needs KEEL_HOME/checkpoint.key to sign again.
    """
    with ready_server() as server:
        checkpoint = take_checkpoint(db.session(), server.config.home / FILE_NAME, clock.now())
        click.echo(f"{checkpoint.seq} {checkpoint.hash}")


def _refuse_other_keys(checkpoints: Sequence[Checkpoint], key: str) -> None:
    foreign = next((one for one in checkpoints if key and one.key != key.strip().lower()), None)
    if foreign is not None:
        sentence = _("The checkpoint of entry %(seq)s was signed by another key: %(key)s")
        raise EvidenceBroken(sentence % {"seq": foreign.seq, "key": foreign.key})


def _verify(checkpoints: Sequence[Checkpoint]) -> VerificationResult:
    with click.progressbar(length=1, label=_("Reading the trail"), file=sys.stderr) as bar:

        def tell(read: int, total: int) -> None:
            bar.length = total
            bar.update(read - bar.pos)

        return verify(db.session(), checkpoints, on_progress=tell)


def _problems(server: Server) -> Iterator[Problem]:
    yield from contradicted(db.session())
    yield from faulty_files(db.session(), Place(server.config.home, server.config.database_url).store)


def _told(result: VerificationResult) -> str:
    if result.first_bad_seq is None:
        return result.sentence
    return _("First bad entry: %(seq)s. %(sentence)s", seq=result.first_bad_seq, sentence=result.sentence)


def _praise(result: VerificationResult, checkpoints: Sequence[Checkpoint]) -> None:
    whole = ngettext("The trail is whole: one entry.", "The trail is whole: %(num)s entries.", result.checked)
    click.echo(whole)
    if result.destroyed:
        click.echo(
            ngettext(
                "The values of one entry were destroyed by a recorded act.",
                "The values of %(num)s entries were destroyed by recorded acts.",
                result.destroyed,
            )
        )
    if checkpoints:
        click.echo(ngettext("It fits one checkpoint.", "It fits %(num)s checkpoints.", len(checkpoints)))
        for key in sorted({one.key for one in checkpoints}):
            click.echo(_("Signed by the key %(key)s", key=key))
    else:
        click.echo(
            _("No checkpoint was given: a trail rewritten to its end could not be told from a true one.")
        )
