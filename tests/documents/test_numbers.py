from __future__ import annotations

import pytest

from app.documents.numbers import AreaInvalid, keep_number, next_document_number
from app.foundation.unit_of_work import unit_of_work
from tests.scenarios.company import Company


def test_each_type_and_area_has_a_series_of_its_own(company: Company) -> None:
    with unit_of_work() as uow:
        numbers = [
            next_document_number(uow, kind, area)
            for kind, area in (
                ("procedure", "PUR"),
                ("procedure", "PUR"),
                ("policy", "PUR"),
                ("procedure", "QM"),
            )
        ]

    assert numbers == ["SOP-PUR-001", "SOP-PUR-002", "POL-PUR-001", "SOP-QM-001"]
    assert company.site


def test_a_number_that_came_along_is_never_given_again(company: Company) -> None:
    with unit_of_work() as uow:
        keep_number(uow, "SOP-PUR-041")
        keep_number(uow, "SOP-PUR-007")
        keep_number(uow, "QMH rev. 3")

        assert next_document_number(uow, "procedure", "PUR") == "SOP-PUR-042"
    assert company.site


@pytest.mark.parametrize("area", ["", "pur", "P-1", "PURCHASINGS"])
def test_an_area_is_made_of_capital_letters_and_digits(company: Company, area: str) -> None:
    with unit_of_work() as uow, pytest.raises(AreaInvalid):
        next_document_number(uow, "procedure", area)
    assert company.site
