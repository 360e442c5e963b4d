"""What a domain gives people to read: the text or the files of one of its things, as they stand now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ReadingFile:
    """A file to be read: a stored file by its id, and its name."""

    file_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read.

    Shape: `html` is cleaned by the domain that gives it and may be shown as it is; empty when there are only
    files. `edition` says which version it is, such as “revision 2.0”. `record_kind` and `record_id` name the
    record that a person who may see it can open.
    """

    number: str
    title: str
    edition: str = ""
    html: str = ""
    files: tuple[ReadingFile, ...] = ()
    record_kind: str = ""
    record_id: int | None = None


ReadingProvider = Callable[[Session, str, int], Reading | None]
"""Given a kind and an id, such as `document_revision` and its number, what there is to read; None when the
kind is another domain's, or when there is nothing any more."""
