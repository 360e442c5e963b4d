from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Actor
from app.documents.models import DocumentRevision, RevisionStatus
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.unit_of_work import unit_of_work
from app.library.indexing import index_due
from app.records.search import find_records
from tests.factories.accounts import a_person, actor_for
from tests.factories.browser import enter
from tests.factories.organisation import a_site
from tests.factories.shelf import shelved

TEXT = "# Purpose\n\nTake lot LOT-2024/0017 <script>alert(1)</script> from the shelf.\n"


@pytest.fixture
def store(app: Flask) -> FileStore:
    return FileStore(Path(app.config["KEEL"].home) / FILES)


@pytest.fixture
def reader(store: FileStore) -> Actor:
    assert store
    with unit_of_work() as uow:
        site = a_site(uow)
        person = a_person(uow, roles=[("reporter", site)])
        shelved(uow, content=TEXT, site_id=site)
        shelved(uow, title="Elsewhere", content=TEXT, site_id=a_site(uow))
    return actor_for(person)


def found(reader: Actor, query: str) -> list[str]:
    db.session.rollback()
    return [hit.title for hit in find_records(db.session, reader, query)]


def test_what_is_in_force_is_found_by_its_text_by_those_who_see_it(store: FileStore, reader: Actor) -> None:
    assert [index_due(store) for _turn in range(2)] == [2, 0]

    assert found(reader, "lot20240017") == ["Incoming inspection"]


def test_the_text_of_a_draft_is_not_found(store: FileStore, reader: Actor) -> None:
    with unit_of_work() as uow:
        draft = RevisionStatus.DRAFT.value
        shelved(uow, content="Unborn.", status=draft, site_id=reader.grants[0].site_id)
    index_due(store)

    assert found(reader, "unborn") == []


def test_what_left_force_is_found_by_its_text_no_more(store: FileStore, reader: Actor) -> None:
    index_due(store)
    with unit_of_work() as uow:
        row = uow.session.scalars(select(DocumentRevision).order_by(DocumentRevision.id)).first()
        assert row is not None
        row.status, row.ended_at = RevisionStatus.SUPERSEDED.value, uow.now

    assert index_due(store) == 1
    assert found(reader, "lot20240017") == []


def test_the_words_of_a_file_are_found(store: FileStore, reader: Actor) -> None:
    with unit_of_work() as uow:
        stored = store_file(uow, store, io.BytesIO(b"Shelf WP-400.2 is full."), "shelf.txt")
        site, file = reader.grants[0].site_id, {"content_kind": "file", "content": "", "file_id": stored.id}
        shelved(uow, title="Storage", site_id=site, **file)
    index_due(store)

    assert found(reader, "WP-400.2") == ["Storage"]


@pytest.mark.parametrize("address", ["/search?q=LOT-2024/0017", "/documents?q=LOT-2024/0017&state=all"])
def test_pages_show_where_in_the_text_it_was_found(
    app: Flask, store: FileStore, reader: Actor, address: str
) -> None:
    index_due(store)

    page = enter(app.test_client(), reader.id).get(address).text

    assert "Take lot <mark>LOT-2024/0017</mark> &lt;script&gt;" in page
    assert "Elsewhere" not in page
