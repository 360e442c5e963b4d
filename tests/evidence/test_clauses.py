from __future__ import annotations

import pytest

from app.evidence.clauses import EDITION, UnknownClause, edition_of, editions, mapping


@pytest.mark.parametrize("key", sorted(editions()))
def test_an_edition_lists_each_clause_once_under_its_heading(key: str) -> None:
    numbers = [one.number for one in editions()[key].clauses]

    assert len(numbers) == len(set(numbers))
    assert all(number.rpartition(".")[0] in numbers for number in numbers if "." in number)


def test_only_the_coming_edition_is_provisional() -> None:
    assert [one.key for one in editions().values() if one.status == "provisional"] == ["2026"]
    assert edition_of(EDITION.default).status == "in_force"
    assert edition_of("1987").key == EDITION.default


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10.2.1 b", "10.2.1"),
        ("9.2.2", "9.2.2"),
        ("5.1.1 e and 10.2.1 c", "5.1.1"),
        ("4.1", "4.1"),
        ("9.3", ""),
    ],
)
def test_a_reference_of_a_diagram_finds_its_requirement(text: str, number: str) -> None:
    assert edition_of("2015").place_of(text) == number


@pytest.mark.parametrize("text", ["", "clause", "99.1"])
def test_what_is_no_clause_finds_none(text: str) -> None:
    assert edition_of("2015").place_of(text) == ""


def test_the_mapping_leads_from_edition_to_edition_and_names_only_what_is_there() -> None:
    for one in mapping():
        before, after = editions()[str(one["from"])], editions()[str(one["to"])]
        for change in one["changes"]:  # type: ignore[attr-defined]
            assert before.clause(change["from"])
            assert [after.clause(number) for number in change["to"]]


def test_a_clause_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownClause, match="42"):
        edition_of("2015").clause("42")
