"""Files are read, named and decided about before personal data is destroyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import delete, select, update

from app.evidence.destruction import looking, naming, registers, rounds
from app.evidence.destruction.models import DataDestruction, DestructionFile
from app.evidence.destruction.rules import file_ids, joined
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile, store_file
from app.foundation.unit_of_work import unit_of_work
from app.printing.paper import Words
from app.printing.rendering import render
from app.records.models import Attachment
from app.workflow.forms.model import RowsSettings
from app.workflow.forms.reader import read_form
from tests.factories.hostile_files import png, zip_of
from tests.printing.test_rendering import PAPER
from tests.scenarios.destructions import (
    NAME,
    approved,
    asked,
    opened_home,
    told_everywhere,
    weighed,
    work,
)
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report

B_PNG = {"reference": "8", "title": "b.png", "verdict": "", "reason": "", "is_fixed": False}


@pytest.fixture
def home(scenario: Scenario) -> Path:
    return opened_home(scenario)


def attached(scenario: Scenario, name: str, content: bytes) -> int:
    """A file that belongs to the record of the story."""
    store = FileStore(current_app.config["KEEL"].home / FILES)
    with unit_of_work(scenario.company.people["process_owner"]) as uow:
        stored = store_file(uow, store, BytesIO(content), name)
        uow.session.add(Attachment(record_id=scenario.record_id, file_id=stored.id, added_at=uow.now))
        return stored.id


def content_of(file_id: int) -> bytes:
    db.session.rollback()
    row = db.session.get_one(StoredFile, file_id)
    return FileStore(current_app.config["KEEL"].home / FILES).path(row.sha256).read_bytes()


def test_files_are_read_and_what_no_program_reads_is_named(scenario: Scenario, home: Path) -> None:
    told_everywhere(scenario)
    letter = replace(PAPER, parts=(Words(f"Dear {NAME},"),))
    attached(scenario, "letter.pdf", render(letter).content)
    attached(scenario, "photo.png", png())
    elsewhere = report(scenario.sibling(), title="A scratch on the lid")
    attached(elsewhere, "lid.png", png(width=3))

    files = {one["title"]: one for one in asked(scenario.sibling()).record.files}

    assert home
    assert {name: one["verdict"] for name, one in files.items()} == {"letter.pdf": "destroy", "photo.png": ""}
    assert files["photo.png"]["belongs_to"].startswith("NC-")
    assert "look" in files["photo.png"]["why"]


def test_nobody_weighs_before_each_file_is_decided(scenario: Scenario, home: Path) -> None:
    told_everywhere(scenario)
    attached(scenario, "photo.png", png())
    story = asked(scenario.sibling())

    for verdict in ("", "keep"):
        with pytest.raises(Invalid):
            weighed(story, photo=(verdict, ""))

    assert home
    assert story.steps == ["weigh_request"]


@pytest.mark.parametrize("verdict", ["destroy", "keep"])
def test_a_picture_goes_or_stays_as_was_decided(scenario: Scenario, home: Path, verdict: str) -> None:
    told_everywhere(scenario)
    content = png()
    photo = attached(scenario, "photo.png", content)
    story = approved(asked(scenario.sibling()), photo=(verdict, "It shows a plate, and nobody."))

    work()

    assert home
    assert story.record.status == "destroyed"
    assert (content_of(photo) == content) is (verdict == "keep")


def test_a_picture_that_comes_after_the_weighing_is_not_passed_over(scenario: Scenario, home: Path) -> None:
    told_everywhere(scenario)
    story = approved(asked(scenario.sibling()))
    attached(scenario, "late.png", png())

    work()

    assert home
    assert story.record.status == "kept"
    assert "late.png" in story.record.failure


@pytest.fixture
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files a round, and two read at once."""
    monkeypatch.setattr(rounds, "MOST_FILES", 2)
    monkeypatch.setattr(looking, "AT_ONCE", 2)


def many_files(scenario: Scenario) -> dict[str, int]:
    """Three pictures that nobody but people can read, and two letters with the name."""
    told_everywhere(scenario)
    letters = {f"letter{one}.txt": f"{one}: {NAME}".encode() for one in (1, 2)}
    pictures = {f"photo{one}.png": png(width=one) for one in (1, 2, 3)}
    return {name: attached(scenario, name, content) for name, content in (letters | pictures).items()}


@pytest.mark.usefixtures("home", "small_rounds")
def test_more_files_than_a_form_takes_are_weighed_in_rounds(scenario: Scenario) -> None:
    many_files(scenario)
    story = asked(scenario.sibling())
    shown = []

    for _round in range(3):
        assert story.steps == ["weigh_request"]
        shown.append([one["title"] for one in story.record.files])
        weighed(story, **{f"photo{one}": ("destroy", "") for one in (1, 2, 3)})

    assert shown == [["photo1.png", "photo2.png"], ["photo3.png", "letter1.txt"], ["letter2.txt"]]
    assert story.record.status == "to_approve"


@pytest.mark.usefixtures("home", "small_rounds")
def test_each_file_of_every_round_goes_or_stays_as_was_decided(scenario: Scenario) -> None:
    ids = many_files(scenario)
    story = asked(scenario.sibling())
    kept = {"photo2": ("keep", "A plate."), "letter2": ("keep", "A contract.")}
    for _round in range(3):
        weighed(story, photo1=("destroy", ""), photo3=("destroy", ""), **kept)
    assert [one["title"] for one in story.record.files] == ["photo2.png", "letter2.txt"]

    story.as_("top_management").approve("approve_destruction")
    work()

    gone = {
        name for name, file_id in ids.items() if content_of(file_id).startswith(b"This file was destroyed")
    }
    assert story.record.status == "destroyed"
    assert gone == {"photo1.png", "photo3.png", "letter1.txt"}


@pytest.mark.usefixtures("home", "small_rounds")
def test_what_is_sent_back_is_weighed_from_the_first_round_with_what_was_decided(scenario: Scenario) -> None:
    many_files(scenario)
    story = asked(scenario.sibling())
    for _round in range(3):
        weighed(story, **{f"photo{one}": ("keep", "A plate.") for one in (1, 2, 3)})

    story.as_("top_management").refuse("approve_destruction", "Look again.")

    assert [(one["title"], one["verdict"]) for one in story.record.files] == [
        ("photo1.png", "keep"),
        ("photo2.png", "keep"),
    ]
    assert story.record.files_left == 3


@pytest.mark.usefixtures("home", "small_rounds")
def test_nobody_decides_before_all_files_were_read_and_the_reading_goes_on_where_it_stopped(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_files(scenario)
    read: list[str] = []

    def until_it_breaks(one: looking._There, *_rest: object) -> None:
        if len(read) == 3:
            read.append("")
            raise OSError("The disk is away.")
        read.append(one.name)

    monkeypatch.setattr(looking, "_why", until_it_breaks)
    with pytest.raises(OSError, match="disk"):
        asked(scenario.sibling())
    story = scenario.sibling().turn_to(db.session.scalars(select(DataDestruction.id)).one())
    with pytest.raises(Invalid) as refused:
        weighed(story)

    work()

    assert refused.value.problems[0].sentence.startswith("Keel still reads the files: 2 of 5 are read.")
    assert story.record.files == []
    assert story.record.files_read == story.record.files_total == db.session.query(StoredFile).count()


@pytest.mark.usefixtures("home", "small_rounds")
def test_the_page_of_the_record_lists_the_files_of_all_rounds(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_files(scenario)
    story = asked(scenario.sibling())
    monkeypatch.setattr(registers, "MOST_LISTED", 4)

    facts = registers._files(db.session(), story.record)

    assert [one.name for one in facts] == [
        "photo1.png",
        "photo2.png",
        "photo3.png",
        "letter1.txt",
        "More files",
    ]
    assert facts[-1].value == "1"


def test_a_form_takes_as_many_files_as_a_request_names() -> None:
    for name in ("weigh_request", "approve_destruction"):
        form = read_form(Path(f"forms/evidence/data_destruction/{name}.json").read_bytes(), key=name)
        (files,) = [one for one in form.fields if one.key == "files"]
        assert isinstance(files.settings, RowsSettings)
        assert files.settings.max_items == rounds.MOST_FILES


def test_a_long_list_of_files_is_cut() -> None:
    names = [f"{number}.png" for number in range(23)]

    assert naming._shortened(names).endswith("19.png and 3 more")
    assert naming._shortened(names[:2]) == "0.png, 1.png"


def test_a_request_weighed_before_files_were_named_says_so(scenario: Scenario, home: Path) -> None:
    told_everywhere(scenario)
    attached(scenario, "photo.png", png())
    story = approved(asked(scenario.sibling()), photo=("keep", "It shows a plate."))
    with unit_of_work() as uow:
        uow.session.get_one(DataDestruction, story.record_id).files = None
        uow.session.execute(delete(DestructionFile))

    work()

    assert home
    assert story.record.status == "kept"
    assert story.record.failure.startswith("No files were named when this was weighed")
    assert "photo.png" in story.record.failure


def test_a_picture_in_an_answer_belongs_to_its_record(scenario: Scenario, home: Path) -> None:
    store = FileStore(home / FILES)
    with unit_of_work(scenario.company.people["reporter"]) as uow:
        photo = store_file(uow, store, BytesIO(png()), "photo.png").id
    report(scenario, title=f"{NAME} called", evidence=[str(photo)])

    (file,) = asked(scenario.sibling()).record.files

    assert (file["title"], file["belongs_to"]) == ("photo.png", scenario.record.number)


def test_files_are_found_wherever_answers_name_them() -> None:
    file = {"id": "7", "sha256": "ab", "name": "a.png"}

    assert file_ids({"evidence": [file], "rows": [{"photo": [{**file, "id": 9}]}], "id": 3}) == [7, 9]


def test_a_file_of_a_document_stays_also_when_it_is_weighed_again(
    scenario: Scenario, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_everywhere(scenario)
    fixed = attached(scenario, "plan.png", png())
    monkeypatch.setattr(looking, "_fixed", lambda _session: {fixed})
    story = asked(scenario.sibling())
    weighed(story).as_("top_management").refuse("approve_destruction", "Why does the plan stay?")

    with pytest.raises(Invalid):
        weighed(story, plan=("destroy", ""))

    assert home
    assert story.steps == ["weigh_request"]
    assert story.record.files[0]["is_fixed"]


def test_a_file_that_became_part_of_a_document_is_not_said_to_be_destroyed(
    scenario: Scenario, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_everywhere(scenario)
    plan = attached(scenario, "plan.png", png())
    story = approved(asked(scenario.sibling()), plan=("destroy", ""))
    monkeypatch.setattr(looking, "_fixed", lambda _session: {plan})

    work()

    assert home
    assert story.record.status == "kept"
    assert "plan.png" in story.record.failure


def test_answers_decide_about_files_and_change_nothing_else() -> None:
    rows = [{"reference": "7", "title": "a.png", "verdict": "keep", "reason": "", "is_fixed": True}, B_PNG]
    answer = {"reference": "7", "title": "z.png", "verdict": "destroy", "reason": None, "is_fixed": False}

    assert joined(rows, [answer, {"reference": "9"}]) == [{**rows[0], "verdict": "destroy"}, B_PNG]


def damaged(content: bytes) -> bytes:
    """An archive whose list of members is whole and whose first member is not."""
    start = content.index(b"first.txt") + len(b"first.txt")
    return content[:start] + b"\xff" * 6 + content[start + 6 :]


def locked(content: bytes) -> bytes:
    """An archive that says of its members that a password locks them."""
    found = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found[content.index(mark) + offset] |= 1
    return bytes(found)


@pytest.mark.parametrize("spoil", [damaged, locked])
def test_a_file_that_cannot_be_opened_stops_no_other(
    scenario: Scenario, home: Path, spoil: Callable[[bytes], bytes]
) -> None:
    told_everywhere(scenario)
    parts = zip_of({"first.txt": b"some words " * 50})
    attached(scenario, "bad.zip", b"PK")
    bad = StoredFile.name == "bad.zip"
    content = FileStore(home / FILES).put(BytesIO(spoil(parts)), 10_000)
    with unit_of_work() as uow:
        uow.session.execute(update(StoredFile).where(bad).values(sha256=content.sha256, size=content.size))

    files = {one["title"]: one for one in asked(scenario.sibling()).record.files}

    assert "look" in files["bad.zip"]["why"]


def test_what_can_be_opened_of_a_damaged_archive_is_read() -> None:
    content = damaged(zip_of({"first.txt": b"some words " * 50, "second.txt": NAME.encode()}))

    assert list(looking._parts(content))[1:] == [None, NAME.encode()]
