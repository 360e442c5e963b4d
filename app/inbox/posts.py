"""What the browser sends with a task or start form, made ready for the services. Knows no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from app.accounts.actor import Actor
from app.foundation.errors import Invalid, Problem
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work

KEPT = "_kept."
Post = Mapping[str, Sequence[str]]
Upload = tuple[str, BinaryIO, str]


class PostRefused(Invalid):
    """A file cannot be taken or a signature was not proven; the answers were not looked at yet."""


def attached_files(post: Post, uploaded: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the ids of files by field: those the page already knew, then those just uploaded."""
    found = {name.removeprefix(KEPT): list(ids) for name, ids in post.items() if name.startswith(KEPT)}
    for name, ids in uploaded.items():
        found[name] = [*found.get(name, ()), *ids]
    return found


def keep_uploads(
    actor: Actor, store: FileStore, uploads: Sequence[Upload]
) -> tuple[dict[str, list[str]], list[Problem]]:
    """Store uploads at once, so that a refused form still has them; return ids by field, and refusals.

    Shape: an upload is field name, stream and file name. Files no record takes are swept a day later.
    """
    kept: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for field, stream, name in uploads:
        try:
            with unit_of_work(actor.id) as uow:
                kept.setdefault(field, []).append(str(store_file(uow, store, stream, name).id))
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
