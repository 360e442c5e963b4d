"""`keel lifecycle`: check diagrams, tables and forms, and publish them."""

from __future__ import annotations

import click

from app import lifecycles
from app.cli.server import ready_server
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.unit_of_work import unit_of_work
from app.workflow import gate
from app.workflow.bundles import read_bundle
from app.workflow.definitions import DefinitionInvalid, publish
from app.workflow.lifecycle import Lifecycle, Part, registry


@click.group("lifecycle")
def lifecycle() -> None:
    """Check and publish the lifecycles: diagrams, decision tables and forms."""


@lifecycle.command("check")
@click.argument("keys", nargs=-1)
def check(keys: tuple[str, ...]) -> None:
    """Check the files of KEYS, or of all lifecycles and parts, as the publish gate does.

    Reads `processes/` and `forms/`, no database. Prints every problem with its element, what is wrong and how
    to mend it. Exit code 1 when there is any.
    """
    lifecycles.wire()
    found: list[Problem] = []
    everything: list[Lifecycle | Part] = [*registry.parts(), *registry.all()]
    for one in [registry.owner(key) for key in keys] or everything:
        problems = gate.check(read_bundle(one.package, one.key), one)
        click.echo(_verdict(one, problems))
        for problem in problems:
            click.echo(f"  {problem.where} [{problem.rule}] {problem.sentence} {problem.mend}".rstrip())
        found += problems
    if found:
        raise DefinitionInvalid(_("Nothing was published. Mend the problems above and check again."))


@lifecycle.command("publish")
@click.argument("keys", nargs=-1, required=True)
@click.option("--note", required=True, help="Why it changes; stands in the trail.")
def publish_command(keys: tuple[str, ...], note: str) -> None:
    """Publish the files of KEYS as their next versions. Running instances stay on theirs."""
    with ready_server():
        for key in keys:
            one = registry.owner(key)
            with unit_of_work() as uow:
                version = publish(uow, read_bundle(one.package, one.key), note)
                number = version.number
            click.echo(_("%(key)s is published as version %(number)s.", key=key, number=number))


def _verdict(one: Lifecycle | Part, problems: list[Problem]) -> str:
    if not problems:
        return _("%(key)s: good", key=one.key)
    return ngettext("%(key)s: %(num)s problem", "%(key)s: %(num)s problems", len(problems), key=one.key)
