from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import benching
from app.cli.commands import main
from app.dashboard.views import VIEWS
from tests.benchmarks import document_rows, vote_rows
from tests.benchmarks.dashboard_rows import figures as dashboard_figures
from tests.benchmarks.figures import Round, of_rounds, times_the_floor
from tests.benchmarks.history import History
from tests.benchmarks.ledger_rows import Size, statements_of_an_event
from tests.benchmarks.ledger_rows import figures as ledger_figures
from tests.benchmarks.serving import FLOOR, ROOT


def said(complete: float, per_second: float, memory: float) -> dict[str, Any]:
    times = {name: {"median": complete} for name in ("start", "submit_to_next")}
    rates = [
        {"per_s": per_second, "errors": 0, "lat": {"median": 10.0, "p95": 20.0}},
        {"per_s": per_second, "errors": 0, "lat": {"median": 40.0, "p95": 60.0}},
    ]
    return {"lat": times, "tput_full_instances": rates, "rss_idle": {"pss_sum": memory}, "growth": 1.1}


def test_the_floor_is_the_reference_byte_for_byte(shared: Path) -> None:
    reference = {file.name: file.read_bytes() for file in (shared / "bench").iterdir()}

    assert {file.name: file.read_bytes() for file in FLOOR.iterdir() if file.is_file()} == reference


def test_figures_are_medians_of_the_rounds_against_the_floor() -> None:
    rounds = [Round(said(2.0, 100, 40), said(each, 60, 70)) for each in (3.0, 9.0, 4.0)]

    figures = {one.id: one for one in of_rounds(rounds)}

    assert (figures["T1"].figure, figures["T1"].ratio, figures["T1"].met) == (4.0, 2.0, False)
    assert (figures["T9"].ratio, figures["T9"].met) == (0.6, True)
    assert (figures["T9 p95"].figure, figures["T11"].ratio) == (1.5, 1.75)


def test_a_figure_has_the_parts_that_are_promised() -> None:
    plain = times_the_floor("T1", 3.0, "ms", 2.0, at_most=1.6).plain()

    assert plain == {
        "id": "T1",
        "figure": 3.0,
        "unit": "ms",
        "floor": 2.0,
        "ratio": 1.5,
        "target": 1.6,
        "met": True,
    }


@pytest.mark.slow
def test_the_ledger_is_measured_against_its_floors(tmp_path: Path) -> None:
    figures = ledger_figures(tmp_path / "ledger", 1, Size(few=200, many=2_000))

    assert [one.id for one in figures] == ["E1 event", "E2 event", "E3 recompute"]
    assert all(one.figure > 0 and one.floor for one in figures)


@pytest.mark.slow
def test_a_vote_among_many_is_measured_against_one_among_five(tmp_path: Path) -> None:
    (one,) = vote_rows.figures(tmp_path / "votes", turns=1, many=20)

    assert one.id == "V1 vote"
    assert one.figure > 0
    assert one.floor


@pytest.mark.slow
def test_an_import_of_documents_is_measured_against_bare_copies(tmp_path: Path) -> None:
    (one,) = document_rows.figures(tmp_path, 1, documents=120)

    assert one.id == "D1 import"
    assert one.figure > 0
    assert one.floor


@pytest.mark.slow
def test_an_import_keeps_of_each_document_its_number_and_its_mark(tmp_path: Path) -> None:
    """What is held at most, with 200 documents and with 600; a row of metadata alone is a kilobyte."""
    measure = [sys.executable, "-m", "tests.benchmarks.document_memory", str(tmp_path / "home")]

    done = subprocess.run([*measure, "100", "200", "600"], cwd=ROOT, capture_output=True, check=True)

    _first, few, many = json.loads(done.stdout)
    assert (many - few) / 400 < 450  # bytes for each document more


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_dashboards_are_measured_against_the_demo_company_and_the_bare_queries(
    demo_home: Path, tmp_path: Path
) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    shutil.copytree(demo_home, few)

    history = History(events=2_000, tasks=400, records=100, changes=300)
    figures = dashboard_figures(few, many, history, samples=1)

    assert [one.id for one in figures] == [f"{name} {view.key}" for view in VIEWS for name in ("B1", "B2")]
    assert all(one.figure > 0 and one.floor for one in figures)
    with closing(sqlite3.connect(many / "keel.db")) as rows:
        assert rows.execute("SELECT count(*) FROM task WHERE guid LIKE 'old-%'").fetchone() == (400,)
        made = rows.execute("SELECT count(*) FROM quality_event WHERE subject_kind = 'old'")
        assert made.fetchone() == (2_000,)


def test_an_event_costs_as_many_statements_in_a_large_ledger_as_in_a_small_one(tmp_path: Path) -> None:
    counts = statements_of_an_event(tmp_path / "few", 50), statements_of_an_event(tmp_path / "many", 2_000)

    assert counts[0] == counts[1] <= 12


def test_an_installation_without_the_source_says_where_the_benchmarks_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benching, "CHECKOUT", tmp_path)

    outcome = CliRunner().invoke(main, ["bench"])

    assert outcome.exit_code == 1
    assert "make bench" in outcome.output
