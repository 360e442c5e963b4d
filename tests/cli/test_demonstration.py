from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.commands import main
from app.demo.company import PLAYERS
from app.foundation.clock import Clock
from tests.cli.test_commands import run_sql, use_home

pytestmark = pytest.mark.xdist_group("demo")
Keel = Callable[..., Result]


@pytest.fixture
def keel() -> Keel:
    return lambda *words: CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("purpose", ["production", "test"])
def test_a_home_of_another_purpose_is_refused_and_stays_as_it_is(
    keel: Keel, purpose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    use_home(tmp_path / "real", monkeypatch)
    clock.release()
    keel("init", "--purpose", purpose)

    answer = keel("demo")

    assert answer.exit_code == 1
    assert f"This home holds a {purpose} database" in answer.output
    assert "Nothing was changed" in answer.output


@pytest.mark.slow
def test_a_demo_that_is_there_is_used_again(
    keel: Keel, demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    home.chmod(0o700)
    use_home(home, monkeypatch)

    answer = keel("demo")

    assert answer.exit_code == 0, answer.output
    assert "Making" not in answer.output
    assert all(player.user_name in answer.output for player in PLAYERS)
    assert "calm pumps hum at night" in answer.output


@pytest.mark.slow
def test_a_demo_whose_making_was_interrupted_is_not_taken_for_one(
    keel: Keel, demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    home.chmod(0o700)
    use_home(home, monkeypatch)
    run_sql(
        home, "DROP TRIGGER trail_entry_refuse_delete", "DELETE FROM trail_entry WHERE verb = 'demo.made'"
    )

    answer = keel("demo")

    assert answer.exit_code == 1
    assert "interrupted" in answer.output


def test_the_help_names_the_commands_line_by_line(keel: Keel) -> None:
    lines = keel("--help").output.splitlines()

    assert any(line.strip().startswith("keel demo --serve") for line in lines)
    assert not any("\\b" in line for line in lines)
