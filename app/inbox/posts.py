"""What the browser sends with a task or start form, made ready for the services. Knows no request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.accounts.actor import Actor
from app.foundation.errors import Invalid, Problem
from app.foundation.files import Received, keep_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work

KEPT = "_kept."
Post = Mapping[str, Sequence[str]]
Upload = tuple[str, Callable[[], Received]]


class PostRefused(Invalid):
    """A file cannot be taken or a signature was not proven; the answers were not looked at yet."""


def attached_files(post: Post, uploaded: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the ids of files by field: those the page already knew, then those just uploaded."""
    found = {name.removeprefix(KEPT): list(ids) for name, ids in post.items() if name.startswith(KEPT)}
    for name, ids in uploaded.items():
        found[name] = [*found.get(name, ()), *ids]
    return found


def keep_uploads(actor: Actor, uploads: Sequence[Upload]) -> tuple[dict[str, list[str]], list[Problem]]:
    """Store uploads at once, so that a refused form still has them; return ids by field, and refusals.

    Shape: an upload is the field's name and what receives its bytes. Files no record takes are swept.
    """
    kept: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for field, receive in uploads:
        try:
            received = receive()
            with unit_of_work(actor.id) as uow:
                row = keep_file(uow, received, site_id=actor.site_id, came_with_form=True)
            kept.setdefault(field, []).append(str(row.id))
        except Invalid as refusal:
            problems.append(Problem(field, "file", refusal.sentence))
    return kept, problems


def refuse(problems: Sequence[Problem]) -> None:
    """Pass when there is nothing wrong.

    Errors: PostRefused, also for a signature that was not proven.
    """
    if problems:
        raise PostRefused(_sentence_of(problems), problems)


def _sentence_of(problems: Sequence[Problem]) -> str:
    if len(problems) == 1:
        return _("One answer needs another look. Nothing you typed is lost.")
    return _("%(count)s answers need another look. Nothing you typed is lost.", count=len(problems))
