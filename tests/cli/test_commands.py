from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.commands import main
from app.foundation.backup import MARKER
from app.foundation.clock import Clock

Keel = Callable[..., Result]


@pytest.fixture
def home(migrated_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an installed test database, named by the environment."""
    home = tmp_path / "home"
    shutil.copytree(migrated_home, home)
    home.chmod(0o700)
    use_home(home, monkeypatch)
    return home


def use_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KEEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KEEL_HOME", str(home))


@pytest.fixture
def keel() -> Keel:
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def run_sql(home: Path, *statements: str) -> None:
    connection = sqlite3.connect(home / "keel.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_init_makes_a_database_whose_first_entry_tells_its_purpose(
    keel: Keel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_home(tmp_path / "fresh", monkeypatch)

    made, again = keel("init", "--purpose", "demo"), keel("init")

    assert (made.exit_code, again.exit_code) == (0, 1)
    assert "demo" in made.output
    assert "initialised already" in again.output
    assert "Traceback" not in again.output
    assert keel("trail", "verify").exit_code == 0


@pytest.mark.usefixtures("home")
def test_the_clock_of_a_test_database_moves_and_the_trail_says_so(keel: Keel, clock: Clock) -> None:
    clock.release()
    before = keel("clock", "show").output

    moved = keel("clock", "advance", "P60D")

    assert moved.exit_code == 0
    assert before < keel("clock", "show").output
    verified = keel("trail", "verify")
    assert "2 entries" in verified.output


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("span", ["P0D", "-P1D", "60", "P1X"])
def test_the_clock_moves_forward_by_a_duration_only(keel: Keel, span: str) -> None:
    assert keel("clock", "advance", "--", span).exit_code == 1


def test_the_clock_of_a_production_database_stands(
    keel: Keel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_home(tmp_path / "fresh", monkeypatch)
    keel("init")

    refused = keel("clock", "advance", "P1D")

    assert (refused.exit_code, "true time" in refused.output) == (1, True)


def test_a_changed_entry_is_named_and_the_exit_code_is_three(keel: Keel, home: Path) -> None:
    keel("clock", "advance", "P1D")
    run_sql(home, "DROP TRIGGER trail_entry_refuse_update", "UPDATE trail_entry SET verb = 'x' WHERE seq = 2")

    result = keel("trail", "verify")

    assert (result.exit_code, "First bad entry: 2." in result.output) == (3, True)


def test_a_clock_moved_by_sql_is_found(keel: Keel, home: Path) -> None:
    keel("clock", "advance", "P1D")
    run_sql(home, "UPDATE installation SET clock_offset_seconds = 999")

    result = keel("trail", "verify")

    assert (result.exit_code, "clock_offset_seconds" in result.output) == (3, True)


def test_a_checkpoint_kept_elsewhere_shows_an_old_database(keel: Keel, home: Path, tmp_path: Path) -> None:
    old, kept = tmp_path / "old.db", tmp_path / "kept.jsonl"
    shutil.copy(home / "keel.db", old)
    keel("clock", "advance", "P1D")
    taken = keel("trail", "checkpoint")
    shutil.copy(home / "checkpoints.jsonl", kept)

    for rest in home.glob("keel.db*"):
        rest.unlink()
    shutil.copy(old, home / "keel.db")
    result = keel("trail", "verify", "--checkpoint", kept)

    assert taken.output.startswith("2 ")
    assert (result.exit_code, "behind checkpoint" in result.output) == (3, True)


def test_a_backup_is_restored_elsewhere_and_verifies(
    keel: Keel, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keel("clock", "advance", "P1D")
    keel("trail", "checkpoint")
    file = tmp_path / "keel.backup"
    assert keel("backup", file).exit_code == 0
    assert keel("backup", file).exit_code == 1
    assert keel("restore", file).exit_code == 1

    use_home(tmp_path / "elsewhere", monkeypatch)
    restored, verified = keel("restore", file), keel("trail", "verify")

    assert (restored.exit_code, verified.exit_code) == (0, 0)
    assert "It fits one checkpoint." in verified.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert (home / "secret").read_text() != (tmp_path / "elsewhere" / "secret").read_text()


@pytest.mark.usefixtures("home")
def test_a_damaged_backup_is_told_in_a_sentence(
    keel: Keel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keel.backup"
    keel("backup", file)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    use_home(tmp_path / "elsewhere", monkeypatch)
    result = keel("restore", file)

    assert (result.exit_code, "damaged" in result.output) == (1, True)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["secret"]


def test_a_file_the_store_has_lost_makes_the_backup_complain(keel: Keel, home: Path, tmp_path: Path) -> None:
    run_sql(
        home,
        "INSERT INTO stored_file (sha256, size, media_type, name, created_at) "
        f"VALUES ('{'a' * 64}', 1, 'text/plain', 'x', '2026-03-17 09:00:00')",
    )

    result = keel("backup", tmp_path / "b")

    assert (result.exit_code, "a" * 64 in result.output, (tmp_path / "b").exists()) == (3, True, True)
    assert keel("trail", "verify").exit_code == 3


def test_nothing_works_on_a_half_restored_home(keel: Keel, home: Path) -> None:
    (home / MARKER).touch()

    results = [keel(*words) for words in (("trail", "verify"), ("init",), ("migrate",), ("serve",))]

    assert {result.exit_code for result in results} == {1}
    assert all("interrupted" in result.output for result in results)


@pytest.mark.parametrize("words", [("trail", "verify"), ("clock", "show"), ("backup", "x"), ("scheduler",)])
def test_a_database_that_is_not_there_is_told_in_a_sentence(
    keel: Keel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    use_home(tmp_path / "fresh", monkeypatch)

    result = keel(*words)

    assert (result.exit_code, "keel init" in result.output) == (1, True)


def test_the_kit_prints_each_case_and_the_sum(keel: Keel, tmp_path: Path, data: Path) -> None:
    found = keel("decisions", "tck", data)
    none = keel("decisions", "tck", tmp_path)

    last = found.output.strip().splitlines()[-1]
    assert (found.exit_code, last) == (0, "116 passed, 0 failed")
    assert none.exit_code == 3


@pytest.fixture
def data() -> Path:
    return Path(__file__).parents[1] / "data" / "dmn-tck" / "TestCases" / "compliance-level-2"


@pytest.mark.parametrize("words", [(), ("trail",), ("clock",), ("serve",), ("restore",), ("backup",)])
def test_help_says_more_than_the_name(keel: Keel, words: tuple[str, ...]) -> None:
    result = keel(*words, "--help")

    assert result.exit_code == 0
    assert len(result.output) > 200
