from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, insert, select

from app.documents.models import Document, DocumentRevision
from app.documents.numbers import next_document_number
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile, faulty_files
from app.foundation.unit_of_work import unit_of_work
from app.imports import landing
from app.imports.document_staging import Library, preview_library, stage_library
from app.imports.landing import land_portion, land_run
from app.imports.mapping_reader import DOCUMENT, load_mapping
from app.imports.models import ImportRow, ImportRun
from app.imports.refusals import BuiltOn, FileRefused, ImportedBefore
from app.imports.rules import LandsAs
from app.imports.staging import Order
from app.imports.undoing import undo
from app.records.models import Comment, Record
from app.trail.models import TrailEntry
from app.trail.verification import verify
from tests.factories import hostile_files as made

KEYS = tuple(load_mapping("documents", DOCUMENT).columns)
Shelf = Callable[..., Library]


def row(count: int = 1, **more: Any) -> dict[str, Any]:
    usual = {
        "number": f"SOP-PUR-{count:03d}",
        "title": f"Incoming inspection {count}",
        "type": "procedure",
        "revision": "3.1",
        "effective_from": "2024-05-02",
        "approved_on": "2024-04-30",
        "approved_by": "Eva Brandt; Max Muster",
        "review_months": "24",
        "clauses": "8.4, 8.6",
        "file": f"purchasing/{count:03d}.txt",
    }
    return usual | more


@pytest.fixture
def shelf(app: Flask, tmp_path: Path) -> Shelf:
    """A folder with files and metadata: `shelf(rows, files={name: bytes})`."""
    assert app

    def make(rows: Iterable[Mapping[str, Any]], files: Mapping[str, bytes] | None = None) -> Library:
        folder, metadata = tmp_path / "library", tmp_path / "metadata.csv"
        folder.mkdir(exist_ok=True)
        rows = list(rows)
        usual = (
            {one["file"]: f"content of {one['number']}".encode() for one in rows} if files is None else files
        )
        for name, content in usual.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        with metadata.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, KEYS)
            writer.writeheader()
            writer.writerows(rows)
        store = FileStore(Path(current_app.config["KEEL"].home) / FILES)
        return Library(Order(metadata, load_mapping("documents", DOCUMENT), LandsAs.HISTORY), folder, store)

    return make


@dataclass(frozen=True)
class Counts:
    documents: int
    revisions: int
    files: int
    rows: int


def counts() -> Counts:
    db.session.rollback()
    tables = (Document, DocumentRevision, StoredFile, ImportRow)
    return Counts(*(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables))


def test_a_library_lands_with_its_revisions_in_force(shelf: Shelf) -> None:
    library = shelf([row(7), row(9, status="obsolete", review_months="")])

    outcome = land_run(stage_library(library))

    assert (outcome.landed_count, outcome.is_done) == (2, True)
    first, second = db.session.scalars(select(Document).order_by(Document.id)).all()
    assert (first.number, first.title, first.status) == ("SOP-PUR-007", "Incoming inspection 7", "effective")
    assert (first.revision_label, str(first.effective_from), str(first.review_due_on)) == (
        "3.1",
        "2024-05-02",
        "2026-05-02",
    )
    assert (first.clauses, first.is_imported, first.is_for_all_sites) == (["8.4", "8.6"], True, True)
    assert (second.status, second.review_due_on) == ("obsolete", None)
    assert faulty_files(db.session(), library.store) == []


def test_old_approvals_are_told_facts_and_no_signatures(shelf: Shelf) -> None:
    land_run(stage_library(shelf([row()])))

    revision = db.session.scalars(select(DocumentRevision)).one()
    assert revision.is_historical
    assert [(one["name"], one["person_id"]) for one in revision.approval] == [
        ("Eva Brandt", None),
        ("Max Muster", None),
    ]
    verbs = db.session.scalars(select(TrailEntry.verb)).all()
    assert "document.imported" in verbs
    assert not [verb for verb in verbs if verb.startswith("signature")]
    assert verify(db.session()).is_intact


def test_numbers_go_on_behind_those_that_came(shelf: Shelf) -> None:
    land_run(stage_library(shelf([row(41), row(7)])))

    with unit_of_work() as uow:
        assert next_document_number(uow, "procedure", "PUR") == "SOP-PUR-042"


def test_a_dry_run_checks_everything_and_writes_nothing(shelf: Shelf) -> None:
    library = shelf([row(1), row(2)])

    assert preview_library(library).row_count == 2

    assert counts() == Counts(0, 0, 0, 0)
    assert list(library.store.all()) == []


def problems_of(library: Library) -> list[tuple[str, str]]:
    told = []
    for way in (preview_library, stage_library):
        with pytest.raises(FileRefused) as refusal:
            way(library)
        told.append([(problem.where, problem.rule) for problem in refusal.value.problems])
    assert told[0] == told[1]
    assert counts() == Counts(0, 0, 0, 0)
    return told[0]


def test_without_months_the_next_look_follows_the_setting_of_the_site(shelf: Shelf) -> None:
    land_run(stage_library(shelf([row(1, review_months=""), row(2, review_months="0")])))

    usual, never = db.session.scalars(select(Document.review_due_on).order_by(Document.id))
    assert (str(usual), never) == ("2027-05-02", None)


@pytest.mark.parametrize(
    ("changes", "column", "rule"),
    [
        ({"number": ""}, "number", "required"),
        ({"number": "with blank"}, "number", "number"),
        ({"title": "x" * 301}, "title", "too-long"),
        ({"type": "poem"}, "type", "choice"),
        ({"revision": "A"}, "revision", "revision"),
        ({"effective_from": "2024-02-30"}, "effective_from", "date"),
        ({"effective_from": "2099-01-01"}, "effective_from", "future"),
        ({"approved_on": "2024-06-01"}, "approved_on", "order"),
        ({"site": "Atlantis"}, "site", "unknown"),
        ({"owner": "nobody.known"}, "owner", "person"),
        ({"audience": "reporter; king"}, "audience", "role"),
        ({"review_months": "-1"}, "review_months", "number"),
        ({"title": '=HYPERLINK("x")'}, "title", "formula"),
    ],
)
def test_a_wrong_cell_is_told_with_row_and_column_and_nothing_lands(
    shelf: Shelf, changes: dict[str, str], column: str, rule: str
) -> None:
    found = problems_of(shelf([row(1), row(2, **changes)]))

    assert [one_rule for _where, one_rule in found] == [rule]
    assert "row 3" in found[0][0]
    assert column in found[0][0]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("../secret.txt", "path"),
        ("purchasing/../../secret.txt", "path"),
        ("..\\secret.txt", "path"),
        ("/etc/passwd", "path"),
        ("C:\\x.txt", "path"),
        ("missing.txt", "missing"),
        ("purchasing", "kind"),
        ("link.txt", "link"),
        ("linked/inside.txt", "link"),
        ("pipe", "kind"),
        ("tool.exe", "program"),
        ("bomb.zip", "ratio"),
        ("empty.txt", "empty"),
        ("purchasing/001.txt", "twice"),
        ("huge.txt", "size"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_and_nothing_lands(
    shelf: Shelf, tmp_path: Path, name: str, rule: str
) -> None:
    library = shelf(
        [row(1), row(2, file=name)],
        {"purchasing/001.txt": b"one", "tool.exe": b"MZ\x00", "bomb.zip": made.bomb(), "empty.txt": b""},
    )
    (tmp_path / "secret.txt").write_text("secret")
    (library.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (library.folder / "linked").symlink_to(tmp_path)
    (tmp_path / "inside.txt").write_text("inside")
    os.mkfifo(library.folder / "pipe")
    with (library.folder / "huge.txt").open("wb") as stream:
        stream.truncate(26 * 1024 * 1024)

    found = problems_of(library)

    assert [one_rule for _where, one_rule in found] == [rule]
    assert "row 3" in found[0][0]


def test_a_number_that_stands_twice_or_is_taken_is_told(shelf: Shelf) -> None:
    land_run(stage_library(shelf([row(1)])))
    library = shelf([row(1, file="a.txt"), row(2, file="b.txt"), row(2, file="c.txt")])

    with pytest.raises(FileRefused) as refusal:
        stage_library(library)

    assert [problem.rule for problem in refusal.value.problems] == ["taken", "twice"]


def test_a_library_cut_off_while_landing_goes_on_without_its_folder(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "PORTION", {LandsAs.HISTORY: 2})
    library = shelf([row(number) for number in range(1, 6)])
    run_id = stage_library(library)
    land_portion(run_id)
    for file in library.folder.rglob("*.txt"):
        file.unlink()
    assert counts() == Counts(2, 2, 5, 5)

    landing.land_due()

    assert counts() == Counts(5, 5, 5, 5)
    assert landing.outcome_of(run_id).is_done
    assert faulty_files(db.session(), library.store) == []


def test_a_number_taken_meanwhile_stops_landing_until_it_is_mended(shelf: Shelf) -> None:
    run_id = stage_library(shelf([row(1)]))
    with unit_of_work() as uow:
        uow.session.execute(
            insert(Record).values(
                kind="two_step", number="SOP-PUR-001", title="x", status="open", opened_at=uow.now
            )
        )

    with pytest.raises(landing.LandingStopped, match="There is a record SOP-PUR-001 already"):
        land_run(run_id)

    assert db.session.get_one(ImportRun, run_id).fault


def test_an_undone_library_leaves_the_trail_and_nothing_else(shelf: Shelf) -> None:
    library = shelf([row(1), row(2)])
    run_id = stage_library(library)
    land_run(run_id)

    assert undo(run_id, "Wrong folder") == 2

    assert counts() == Counts(0, 0, 0, 0)
    assert [verb for verb in db.session.scalars(select(TrailEntry.verb)) if "undone" in verb] == [
        "document.import_undone",
        "document.import_undone",
        "import.undone",
    ]
    land_run(stage_library(library))
    assert counts().documents == 2


def test_a_library_on_which_something_was_built_stays(shelf: Shelf) -> None:
    run_id = stage_library(shelf([row(1), row(2)]))
    land_run(run_id)
    with unit_of_work() as uow:
        document_id = uow.session.scalar(select(func.min(Document.id)))
        uow.session.add(Comment(record_id=document_id, text="Is this right?", created_at=uow.now))

    with pytest.raises(BuiltOn, match="SOP-PUR-001"):
        undo(run_id, "Wrong folder")

    assert counts().documents == 2


def test_the_same_metadata_is_not_imported_twice(shelf: Shelf) -> None:
    library = shelf([row(1)])
    stage_library(library)

    with pytest.raises(ImportedBefore):
        stage_library(library)
