"""`keel lifecycle`: check diagrams, tables and forms, and publish them."""

from __future__ import annotations

from functools import partial

import click
from sqlalchemy import select

from app import lifecycles
from app.accounts.models import Person
from app.accounts.people import PersonUnknown
from app.approvals.publications import ask_for_definition
from app.cli.server import ready_server
from app.foundation.db import db
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.workflow import gate
from app.workflow.acts import perform
from app.workflow.bundles import read_bundle
from app.workflow.definitions import DefinitionInvalid
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
@click.option("--note", required=True, help="Why it changes; the second person reads it, the trail keeps it.")
@click.option("--by", "user_name", required=True, help="User name of who asks; somebody else must agree.")
def publish_command(keys: tuple[str, ...], note: str, user_name: str) -> None:
    """Ask for the files of KEYS to be published as their next versions.

    A second person gets a task and agrees or not. Running instances stay on their version.
    """
    with ready_server():
        person_id = _person(user_name)
        for key in keys:
            one = registry.get(key)
            bundle = read_bundle(one.package, one.key)
            perform(person_id, partial(ask_for_definition, bundle=bundle, reason=note))
            click.echo(_("A second person is asked to agree to the publication of %(key)s.", key=key))


def _person(user_name: str) -> int:
    """Return the id of an active person.

    Errors: PersonUnknown.
    """
    statement = select(Person.id).where(Person.user_name == user_name.casefold(), Person.is_active)
    found = db.session.scalar(statement)
    if found is None:
        raise PersonUnknown(_("Nobody at work here has the user name “%(name)s”.", name=user_name))
    return found


def _verdict(one: Lifecycle | Part, problems: list[Problem]) -> str:
    if not problems:
        return _("%(key)s: good", key=one.key)
    return ngettext("%(key)s: %(num)s problem", "%(key)s: %(num)s problems", len(problems), key=one.key)
