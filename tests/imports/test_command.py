from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask, current_app

from app.cli.commands import main
from app.foundation.db import db
from tests.imports.test_shipped_mappings import NHTSA

Keel = Callable[..., Result]


@pytest.fixture
def keel(app: Flask, company: object, monkeypatch: pytest.MonkeyPatch) -> Keel:
    """The command on the company's own home."""
    assert app.testing
    assert company
    home = Path(current_app.config["KEEL"].home)
    home.chmod(0o700)
    for name in [name for name in os.environ if name.startswith("KEEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KEEL_HOME", str(home))
    db.session.remove()
    return lambda *words, **more: CliRunner().invoke(main, [str(word) for word in words], **more)


def nhtsa(keel: Keel, *more: str, file: Path = NHTSA) -> Result:
    return keel("import", "nonconformities", file, "--mapping", "nhtsa", *more)


def test_an_import_prints_what_landed_and_its_recurrences(keel: Keel) -> None:
    done = nhtsa(keel)

    assert done.exit_code == 0, done.output
    assert "101 of 101 rows have landed." in done.output
    assert "Recurrences: 3" in done.output


def test_a_dry_run_says_what_would_happen_and_writes_nothing(keel: Keel) -> None:
    told = nhtsa(keel, "--dry-run").output

    assert "101 rows would land as history." in told
    assert "adds site Field: Field" in told
    assert "Nothing was imported yet." in keel("import", "list").output


def test_faults_are_listed_and_the_command_fails(keel: Keel, tmp_path: Path) -> None:
    lines = NHTSA.read_text(encoding="utf-8").splitlines()[:3]
    cells = lines[1].split("\t")
    cells[7], cells[19] = "20051301", "=1+1"
    bad = tmp_path / "bad.txt"
    bad.write_text("\n".join([lines[0], "\t".join(cells), lines[2].rpartition("\t")[0]]), encoding="utf-8")

    refused = nhtsa(keel, file=bad)

    assert refused.exit_code == 1
    assert "row 2, column 8: “20051301” is not a date" in refused.output
    assert "row 2, column 20: “=1+1” looks like a spreadsheet's formula." in refused.output
    assert "row 3: It has 48 cells instead of 49." in refused.output
    assert "Traceback" not in refused.output
    assert "Nothing was imported yet." in keel("import", "list").output


def test_live_reports_are_those_of_a_named_person(keel: Keel, tmp_path: Path) -> None:
    small = tmp_path / "small.txt"
    small.write_text(NHTSA.read_text(encoding="utf-8").split("\n")[0], encoding="utf-8")

    nameless = nhtsa(keel, "--lands-as", "open", file=small)
    stranger = nhtsa(keel, "--lands-as", "open", "--by", "nobody", file=small)
    done = nhtsa(keel, "--lands-as", "open", "--by", "quality_manager", file=small)

    assert (nameless.exit_code, stranger.exit_code, done.exit_code) == (1, 1, 0)
    assert "--by" in nameless.output
    assert "nobody with the user name" in stranger.output
    assert "1 of 1 rows have landed." in done.output


def test_an_import_is_listed_undone_after_a_question_and_not_resumed(keel: Keel) -> None:
    nhtsa(keel)

    kept = keel("import", "undo", 1, "--reason", "The wrong file.", input="n\n")
    undone = keel("import", "undo", 1, "--reason", "The wrong file.", "--yes")
    resumed = keel("import", "resume", 1)

    assert (kept.exit_code, undone.exit_code, resumed.exit_code) == (1, 0, 1)
    assert "101 records were taken back." in undone.output
    assert "It was undone." in resumed.output
    assert "undone" in keel("import", "list").output


def test_a_landed_import_is_resumed_without_harm(keel: Keel) -> None:
    nhtsa(keel)

    assert "101 of 101 rows have landed." in keel("import", "resume", 1).output
    assert "There is no import 9." in keel("import", "resume", 9).output
