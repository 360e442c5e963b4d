from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from app.foundation.clock import Clock
from app.foundation.db import db
from app.trail.checkpoints import CheckpointUnreadable, read_checkpoints, take_checkpoint
from app.trail.keys import KEY_FILE, is_signed_by, public_key_of, sign

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def file(tmp_path: Path, clock: Clock) -> Path:
    found = tmp_path / "checkpoints.jsonl"
    take_checkpoint(db.session(), found, clock.now())
    return found


def test_a_checkpoint_is_signed_by_the_key_of_the_home(file: Path) -> None:
    assert read_checkpoints(file)[0].key == public_key_of(file.parent)


def test_the_key_is_made_once_and_only_its_owner_reads_it(file: Path) -> None:
    before = public_key_of(file.parent)

    assert public_key_of(file.parent) == before
    assert stat.S_IMODE((file.parent / KEY_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(("name", "value"), [("hash", "0" * 64), ("seq", 7), ("chain_id", "another")])
def test_a_line_changed_by_hand_is_named(file: Path, name: str, value: object) -> None:
    line = json.loads(file.read_text()) | {name: value}
    file.write_text(json.dumps(line) + "\n")

    with pytest.raises(CheckpointUnreadable, match="Line 1 of the checkpoint file was changed"):
        read_checkpoints(file)


def test_a_line_signed_by_somebody_else_names_their_key(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    line = json.loads(file.read_text())
    text = read_checkpoints(file)[0].text

    key, signature = sign(other, text)
    file.write_text(json.dumps(line | {"key": key, "signature": signature}) + "\n")

    assert read_checkpoints(file)[0].key == public_key_of(other) != public_key_of(file.parent)


@pytest.mark.parametrize("key", ["", "zz", "ab" * 32, "00" * 31])
def test_what_is_no_key_signed_nothing(key: str) -> None:
    assert not is_signed_by(key, "00" * 64, "text")
