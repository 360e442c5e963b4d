from __future__ import annotations

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.imports import ImportRefused, Verb, apply_import, headings_of, plan_import
from app.organisation.kinds import KINDS, Entry, KindKey
from app.organisation.service import add, entries
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site

DEPARTMENTS = KINDS[KindKey.DEPARTMENT]
PROCESSES = KINDS[KindKey.PROCESS]
MODES = KINDS[KindKey.FAILURE_MODE]
pytestmark = pytest.mark.usefixtures("app")


def test_a_plan_says_what_would_happen_and_changes_nothing() -> None:
    with unit_of_work() as uow:
        add(uow, MODES, Entry("A", "Same"))
        add(uow, MODES, Entry("B", "Other"))

    plan = plan_import(db.session(), MODES, b"code;name\nA;Same\nb;Changed\nC;New\n", {})

    assert plan.problems == ()
    assert [row.verb for row in plan.rows] == [Verb.LEAVE, Verb.CHANGE, Verb.ADD]
    assert len(entries(db.session(), MODES)) == 2


def test_all_faults_are_told_at_once_with_row_and_column() -> None:
    content = b"code,name,site\nD1,Sales,NOWHERE\n,Empty,\nD1,Twice,NOWHERE\n"

    plan = plan_import(db.session(), DEPARTMENTS, content, {})

    assert {one.where for one in plan.problems} == {
        "row 2, column site",
        "row 3, column code",
        "row 3, column site",
        "row 4, column code",
        "row 4, column site",
    }


def test_one_fault_lands_nothing() -> None:
    with pytest.raises(ImportRefused), unit_of_work() as uow:
        apply_import(uow, MODES, b"code,name\nA,Good\nB,\n", {})

    assert entries(db.session(), MODES) == []


def test_sites_and_owners_are_named_by_code_and_user_name() -> None:
    with unit_of_work() as uow:
        site = a_site(uow, "GDN")
        owner = a_person(uow, "marta")
        apply_import(uow, DEPARTMENTS, b"code,name,site\nD1,Sales,gdn\n", {})
        apply_import(uow, PROCESSES, b"code,name,owner\nP1,Selling,Marta\n", {"marta": owner.id})

    assert entries(db.session(), DEPARTMENTS)[0].entry.site_id == site
    assert entries(db.session(), PROCESSES)[0].entry.owner_id == owner.id


def test_columns_left_out_keep_what_is_there() -> None:
    with unit_of_work() as uow:
        add(uow, MODES, Entry("A", "Name", "said about it"))
        apply_import(uow, MODES, b"code,name\nA,Another name\n", {})

    assert entries(db.session(), MODES)[0].entry == Entry("A", "Another name", "said about it")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"code,colour\nA,red\n", "heading does not fit: colour"),
        (b"code\nA\n", "heading does not fit: name"),
        (b"", "heading does not fit"),
        (b"code,name\nA\n", "Row 2 has 1 cells"),
        (b'code,name\nA,"unclosed\n', "is not CSV"),
        (b"code,name\n" + b"A,B\n" * 5001, "more than 5000 rows"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
    ids=["encoding", "unknown", "missing", "empty", "cells", "quote", "rows", "size"],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    plan = plan_import(db.session(), MODES, content, {})

    assert [sentence in one.sentence for one in plan.problems] == [True]


def test_importing_the_same_file_again_changes_nothing() -> None:
    content = b"code,name,branch\nC1,Method unclear,method\n"
    kind = KINDS[KindKey.CAUSE_CATEGORY]
    with unit_of_work() as uow:
        apply_import(uow, kind, content, {})

        again = apply_import(uow, kind, content, {})

    assert [row.verb for row in again.rows] == [Verb.LEAVE]


def test_the_headings_of_a_kind_are_words_people_use() -> None:
    assert headings_of(DEPARTMENTS) == ("code", "name", "description", "site")
