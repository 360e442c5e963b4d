"""What it costs to bring in a library of documents, beside bare copies of its files and inserts of rows.

The floor copies every file durably and writes the same rows without looking at anything. Memory is
measured by what lives at the peak, in a small library and in a large one.
"""

from __future__ import annotations

import csv
import gc
import os
import shutil
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import insert

from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.documents.models import Document, DocumentRevision
from app.foundation.backup import FILES
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile
from app.foundation.installation import Purpose
from app.foundation.unit_of_work import unit_of_work
from app.imports.document_staging import Library, stage_library
from app.imports.landing import land_run
from app.imports.mapping_reader import DOCUMENT, load_mapping
from app.imports.rules import LandsAs
from app.imports.staging import Order
from app.records.models import Record
from app.trail.service import open_chain
from tests.benchmarks.figures import Figure, times_the_floor
from tests.benchmarks.serving import environment_for

DOCUMENTS, FEW = 5_000, 500
BATCH = 100
SIZE = 20_000
SINCE = datetime(2024, 5, 2, 12, tzinfo=UTC)


def figures(home: Path, rounds: int, documents: int = DOCUMENTS) -> list[Figure]:
    """Return the rate of an import beside its floor; as many rounds as asked for, each on fresh databases."""
    imported, bare = [], []
    for number in range(rounds):
        shelf = Shelf(home / f"shelf{number}", documents)
        bare.append(_bare(home / f"bare{number}", shelf))
        imported.append(_imported(home / f"keel{number}", shelf))
    # Three tenths of the rate are ten thirds of the time.
    return [times_the_floor("D1 import", median(imported), "s", median(bare), at_most=10 / 3)]


def peaks(home: Path, *counts: int) -> list[int]:
    """Return the most bytes that Python held while libraries of these sizes came in, each beside the others.

    Shape: the first fills caches; every library goes into the same database. What waits for the collector
        does not count: it goes sooner or later, and does not grow with the library.
    """
    found = []
    with _house(home):
        for place, count in enumerate(counts):
            shelf = Shelf(home / f"shelf{place}", count, first=10_000 * place)
            gc.collect()
            tracemalloc.start()
            _bring_in(home, shelf, lambda _rows: gc.collect())
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    return found


class Shelf:
    """A folder of files and the table that describes them."""

    def __init__(self, place: Path, count: int, first: int = 0) -> None:
        """Write `count` files of 20 kB, none like another, and their metadata."""
        self.folder, self.metadata = place / "files", place / "documents.csv"
        self.numbers = [f"SOP-PUR-{first + one:05d}" for one in range(count)]
        self.folder.mkdir(parents=True)
        with self.metadata.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, tuple(load_mapping("documents", DOCUMENT).columns))
            writer.writeheader()
            for number in self.numbers:
                (self.folder / f"{number}.txt").write_bytes(_content(number))
                writer.writerow(_row(number))


def _row(number: str) -> dict[str, str]:
    return {
        "number": number,
        "title": f"Procedure {number}",
        "type": "procedure",
        "revision": "1.0",
        "effective_from": "2024-05-02",
        "file": f"{number}.txt",
    }


def _content(number: str) -> bytes:
    line = f"{number}: take eight parts of each lot and measure them.\n".encode()
    return (line * (SIZE // len(line) + 1))[:SIZE]


@contextmanager
def _house(home: Path) -> Iterator[None]:
    """An empty database that is ready for use."""
    home.mkdir(mode=0o700, parents=True)
    with bare_server(environment_for(home)):
        bring_up_to_date()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
        yield


def _imported(home: Path, shelf: Shelf) -> float:
    with _house(home):
        begun = time.perf_counter()
        _bring_in(home, shelf)
        return time.perf_counter() - begun


def _bring_in(home: Path, shelf: Shelf, tell: Callable[[int], object] = lambda _rows: None) -> None:
    order = Order(shelf.metadata, load_mapping("documents", DOCUMENT), LandsAs.HISTORY)
    outcome = land_run(stage_library(Library(order, shelf.folder, FileStore(home / FILES))), tell)
    if outcome.landed_count != len(shelf.numbers):
        raise RuntimeError("Some documents did not land.")


def _bare(home: Path, shelf: Shelf) -> float:
    with _house(home):
        target = home / "copies"
        target.mkdir()
        begun = time.perf_counter()
        for start in range(0, len(shelf.numbers), BATCH):
            _copied(shelf, shelf.numbers[start : start + BATCH], target)
        return time.perf_counter() - begun


def _copied(shelf: Shelf, numbers: list[str], target: Path) -> None:
    for number in numbers:
        shutil.copyfile(shelf.folder / f"{number}.txt", target / f"{number}.txt")
    os.sync()
    with unit_of_work() as uow:
        files = insert(StoredFile).returning(StoredFile.id, sort_by_parameter_order=True)
        file_ids = uow.session.scalars(files, [_file(number) for number in numbers]).all()
        records = insert(Record.__table__).returning(Record.id, sort_by_parameter_order=True)
        ids = uow.session.scalars(records, [_record(number) for number in numbers]).all()
        uow.session.execute(insert(Document.__table__), [_document(one) for one in ids])
        rows = [_revision(*pair) for pair in zip(ids, file_ids, strict=True)]
        uow.session.execute(insert(DocumentRevision.__table__), rows)


def _file(number: str) -> dict[str, object]:
    return {
        "sha256": number.rjust(64, "0"),
        "size": SIZE,
        "media_type": "text/plain",
        "name": f"{number}.txt",
        "created_at": SINCE,
        "came_with_form": False,
    }


def _record(number: str) -> dict[str, object]:
    return {
        "kind": "document",
        "number": number,
        "title": f"Procedure {number}",
        "status": "effective",
        "extra": {},
        "opened_at": SINCE,
        "is_imported": True,
        "is_for_all_sites": True,
        "search_text": "",
        "row_version": 1,
    }


def _document(record_id: int) -> dict[str, object]:
    return {
        "id": record_id,
        "document_type": "procedure",
        "area": "",
        "language": "en",
        "audience": [],
        "clauses": [],
        "retention_years": 10,
        "revision_label": "1.0",
        "effective_from": date(2024, 5, 2),
    }


def _revision(record_id: int, file_id: int) -> dict[str, object]:
    return {
        "document_id": record_id,
        "major": 1,
        "minor": 0,
        "change_class": "major",
        "status": "effective",
        "title": "Procedure",
        "content_kind": "file",
        "content": "",
        "file_id": file_id,
        "content_sha256": "0" * 64,
        "change_summary": "",
        "created_at": SINCE,
        "approval": [],
        "details": {},
        "effective_from": date(2024, 5, 2),
        "effective_at": SINCE,
        "is_historical": True,
        "row_version": 1,
    }
