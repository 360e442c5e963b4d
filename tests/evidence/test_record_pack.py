from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.evidence import verify
from app.evidence.packs.writer import PackWriter, safe_name
from app.evidence.record_pack import MADE
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.keys import public_key_of
from app.trail.service import entries_for
from tests.factories.browser import Browser
from tests.factories.organisation import a_site
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import open_capa, report

AsRole = Callable[..., Browser]
Story = tuple[Scenario, Path, str]


@pytest.fixture
def app(shipped_app: Flask) -> Flask:
    """An application in which the shipped diagrams and chains are in force."""
    return shipped_app


@pytest.fixture
def story(app: Flask, as_role: AsRole, tmp_path: Path) -> Story:
    """A CAPA on its way, its pack, and the digest that the trail keeps."""
    assert app.testing
    with unit_of_work() as uow:
        company = a_company(uow)
    scenario = open_capa(Scenario(company))
    answer = as_role("auditor").post(f"/evidence/records/{scenario.record_id}/pack")
    assert answer.status_code == 200
    file = tmp_path / "pack.zip"
    file.write_bytes(answer.data)
    answer.close()
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


def test_the_story_is_a_paper_for_archives_with_forms_signatures_and_path(story: Story) -> None:
    scenario, file, _digest = story
    with zipfile.ZipFile(file) as pack:
        content = pack.read("story.pdf")
    reader = pypdf.PdfReader(io.BytesIO(content))
    said = "".join(page.extract_text() for page in reader.pages)

    assert b"pdfaid:part>2" in content
    for words in (scenario.record.number, "The path taken", "Signatures", "The trail"):
        assert words in said, words


def test_what_was_typed_stands_in_the_paper_and_stays_words(app: Flask, as_role: AsRole) -> None:
    assert app.testing
    with unit_of_work() as uow:
        company = a_company(uow)
    scenario = report(Scenario(company), title='#eval("1") <b>bold</b>', description="Six of forty *faces*.")

    answer = as_role("auditor").post(f"/evidence/records/{scenario.record_id}/pack")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        content = pack.read("story.pdf")
    answer.close()

    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert '#eval("1") <b>bold</b>' in said
    assert "What was answered" in said
    assert "Six of forty *faces*." in said


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_in_any_member_is_found(story: Story, tmp_path: Path, data: st.DataObject) -> None:
    _scenario, file, _digest = story
    with zipfile.ZipFile(file) as pack:
        name = data.draw(st.sampled_from([one.filename for one in pack.infolist() if one.file_size]))
        place = data.draw(st.integers(0, pack.getinfo(name).file_size - 1))
    change = data.draw(st.integers(1, 255))

    def flip(content: bytes) -> bytes:
        return content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]

    changed = with_changed(file, name, flip, tmp_path / "flipped.zip")

    assert next(verify.problems(str(changed)), None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**9), change=st.integers(1, 255))
def test_one_changed_byte_anywhere_is_found_with_the_digest_of_the_trail(
    story: Story, tmp_path: Path, place: int, change: int
) -> None:
    scenario, file, _digest = story
    content = bytearray(file.read_bytes())
    content[place % len(content)] ^= change
    target = tmp_path / "flipped.zip"
    target.write_bytes(content)
    made = [one for one in entries_for(db.session(), "capa", scenario.record_id) if one.verb == MADE]

    assert next(verify.problems(str(target), json.loads(made[-1].after or "")["pack_sha256"]), None)


def test_one_changed_byte_is_named(story: Story, tmp_path: Path) -> None:
    _scenario, file, digest = story

    changed = with_changed(
        file, "record.json", lambda text: text.replace(b"CAPA", b"CAPB", 1), tmp_path / "b.zip"
    )

    assert list(verify.problems(str(changed), digest)) == ["record.json was changed."]


def test_a_manifest_that_was_fitted_is_told_by_the_trail(story: Story, tmp_path: Path) -> None:
    scenario, file, digest = story
    fitted = with_changed(
        file, "manifest.json", lambda text: text.replace(b'"format": 2', b'"format":  2'), tmp_path / "c.zip"
    )

    assert list(verify.problems(str(fitted), digest)) == [
        "The seal does not fit the manifest.",
        f"This is not the pack of {digest}.",
    ]
    made = [one for one in entries_for(db.session(), "capa", scenario.record_id) if one.verb == MADE]
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

    said = done.stdout.splitlines()
    assert (done.returncode, said[0]) == (0, "The pack is as it was made.")
    key = public_key_of(current_app.config["KEEL"].home)
    assert said[1] == f"Sealed with the key {key}"
    assert list(verify.problems(str(file), key)) == []


def test_a_pack_sealed_by_somebody_else_is_told_by_the_key(story: Story, tmp_path: Path) -> None:
    _scenario, file, _digest = story
    target = tmp_path / "own.zip"
    with zipfile.ZipFile(file) as before, target.open("wb") as stream, PackWriter(stream) as after:
        after.add("record.json", before.read("record.json").replace(b"CAPA", b"CAPB"))
        after.seal({}, clock.now(), tmp_path)

    assert list(verify.problems(str(target))) == []
    key = public_key_of(current_app.config["KEEL"].home)
    assert list(verify.problems(str(target), key)) == [f"This is not the pack of {key}."]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", "C:\\Windows\\x.exe", "a\x00b\r\n.pdf", "<img src=x>.pdf"]
)
def test_a_hostile_file_name_stays_harmless(name: str, tmp_path: Path) -> None:
    member = f"files/7-{safe_name(name)}"
    target = tmp_path / "hostile.zip"
    with target.open("wb") as stream, PackWriter(stream) as pack:
        pack.add(member, b"x")
        pack.seal({}, clock.now(), tmp_path)

    assert list(verify.problems(str(target))) == []
    assert not set(member.removeprefix("files/")) & set('/\\:<>|"\x00\r\n')
    with zipfile.ZipFile(target) as pack:
        pack.extractall(tmp_path / "out")
    assert all(tmp_path / "out" in one.parents for one in (tmp_path / "out").rglob("*"))


def test_a_member_that_leads_outside_or_comes_twice_is_named(tmp_path: Path) -> None:
    target = tmp_path / "away.zip"
    with target.open("wb") as stream, PackWriter(stream) as pack:
        pack.add("../away.txt", b"x")
        pack.seal({}, clock.now(), tmp_path)
        with pytest.raises(ValueError, match=r"away\.txt"):
            pack.add("../away.txt", b"y")

    assert list(verify.problems(str(target))) == ["../away.txt would be unpacked outside its folder."]


@settings(max_examples=10, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), flip=st.integers(0, 511))
def test_the_scripts_own_seal_judges_as_the_library_does(seed: bytes, message: bytes, flip: int) -> None:
    owner = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = owner.public_key().public_bytes_raw().hex(), bytearray(owner.sign(message))

    assert verify.is_signed(key, signature.hex(), message)
    signature[flip // 8] ^= 1 << flip % 8
    assert not verify.is_signed(key, signature.hex(), message)
    assert not verify.is_signed(key, "00", message)


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
