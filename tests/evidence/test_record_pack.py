from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.evidence import verify
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped
from app.trail.service import entries_for
from tests.factories.browser import Browser
from tests.factories.organisation import a_site
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import open_capa

AsRole = Callable[..., Browser]
Story = tuple[Scenario, Path, str]


@pytest.fixture
def story(app: Flask, as_role: AsRole, tmp_path: Path) -> Story:
    """A CAPA on its way, its pack, and the digest that the trail keeps."""
    assert app.testing
    with unit_of_work() as uow:
        publish_shipped(uow)
        company = a_company(uow)
    scenario = open_capa(Scenario(company))
    answer = as_role("auditor").post(f"/evidence/records/{scenario.record_id}/pack")
    assert answer.status_code == 200
    file = tmp_path / "pack.zip"
    file.write_bytes(answer.data)
    return scenario, file, answer.headers["X-Keel-Manifest"]


def with_changed(file: Path, name: str, change: Callable[[bytes], bytes], target: Path) -> Path:
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(target, "w") as after:
        for one in before.namelist():
            content = before.read(one)
            after.writestr(one, change(content) if one == name else content)
    return target


def test_a_pack_holds_the_whole_story_and_is_as_it_was_made(story: Story) -> None:
    scenario, file, digest = story
    with zipfile.ZipFile(file) as pack:
        names = pack.namelist()
        manifest = json.loads(pack.read("manifest.json"))

    assert manifest["about"]["number"] == scenario.record.number
    assert {"record.json", "trail.json", "signatures.json", "comments.json", "verify.py"} <= set(names)
    assert any(name.endswith("path.svg") for name in names)
    assert any(name.endswith("submissions.json") for name in names)
    assert list(verify.problems(str(file), digest)) == []


def test_one_changed_byte_is_named(story: Story, tmp_path: Path) -> None:
    _scenario, file, digest = story

    changed = with_changed(
        file, "record.json", lambda text: text.replace(b"CAPA", b"CAPB", 1), tmp_path / "b.zip"
    )

    assert list(verify.problems(str(changed), digest)) == ["record.json was changed."]


def test_a_manifest_that_was_fitted_is_told_by_the_trail(story: Story, tmp_path: Path) -> None:
    scenario, file, digest = story
    fitted = with_changed(
        file, "manifest.json", lambda text: text.replace(b'"format": 1', b'"format":  1'), tmp_path / "c.zip"
    )

    assert list(verify.problems(str(fitted), digest)) == ["The manifest is not the one that the trail knows."]
    made = [
        one
        for one in entries_for(db.session(), "capa", scenario.record_id)
        if one.verb == "evidence.pack_made"
    ]
    assert digest in (made[-1].after or "")


def test_a_forged_trail_entry_is_named_though_the_manifest_fits(story: Story, tmp_path: Path) -> None:
    _scenario, file, _digest = story

    def forge(text: bytes) -> bytes:
        entries = json.loads(text)
        entries[0]["verb"] = "instance.cancelled"
        return json.dumps(entries).encode()

    forged = with_changed(file, "trail.json", forge, tmp_path / "d.zip")

    found = list(verify.problems(str(forged)))
    assert "trail.json was changed." in found
    assert any("hash does not fit" in one for one in found)


def test_a_file_that_was_added_or_taken_away_is_named(story: Story, tmp_path: Path) -> None:
    _scenario, file, _digest = story
    target = tmp_path / "e.zip"
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(target, "w") as after:
        for one in before.namelist():
            if one != "comments.json":
                after.writestr(one, before.read(one))
        after.writestr("extra.txt", b"x")

    assert list(verify.problems(str(target))) == [
        "extra.txt is not named by the manifest.",
        "comments.json is missing.",
    ]


def test_the_script_in_the_pack_verifies_it_without_keel(story: Story, tmp_path: Path) -> None:
    _scenario, file, digest = story
    with zipfile.ZipFile(file) as pack:
        (tmp_path / "verify.py").write_bytes(pack.read("verify.py"))
    call = [sys.executable, "-I", str(tmp_path / "verify.py"), str(file), digest]

    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "The pack is as it was made.")


def test_who_may_not_see_the_record_gets_no_pack(story: Story, as_role: AsRole) -> None:
    scenario, _file, _digest = story
    with unit_of_work() as uow:
        elsewhere = a_site(uow, "UME")

    assert (
        as_role("auditor", elsewhere).post(f"/evidence/records/{scenario.record_id}/pack").status_code == 404
    )
    assert as_role("reporter").post(f"/evidence/records/{scenario.record_id}/pack").status_code == 403


def test_a_pack_is_small_and_the_same_names_come_back(story: Story) -> None:
    _scenario, file, _digest = story

    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as pack:
        assert pack.testzip() is None
        assert not [name for name in pack.namelist() if ".." in name or name.startswith("/")]
