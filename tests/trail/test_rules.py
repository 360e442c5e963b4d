from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trail.rules import Link, canonical_json, digest, hash_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Grade(StrEnum):
    MAJOR = "major"


@given(json_values)
def test_canonical_json_is_json_and_stable_when_read_and_written_again(value: object) -> None:
    text = canonical_json(value)

    assert text.isascii()
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), json_values, min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=5, minutes=30)))))
def test_a_moment_has_one_form_whatever_its_zone(moment: datetime) -> None:
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError:
        return

    assert canonical_json(moment) == canonical_json(in_utc)


def test_values_of_our_own_have_a_fixed_form() -> None:
    value = {
        "at": datetime(2026, 3, 17, 9, tzinfo=UTC),
        "on": date(2026, 3, 17),
        "cost": Decimal("1E+2"),
        "grade": Grade.MAJOR,
        "sites": {2, 1},
        "zero": -0.0,
    }

    assert json.loads(canonical_json(value)) == {
        "at": "2026-03-17T09:00:00.000000Z",
        "on": "2026-03-17",
        "cost": "100",
        "grade": "major",
        "sites": [1, 2],
        "zero": 0.0,
    }


@pytest.mark.parametrize("value", [b"x", object(), {1: "x"}, datetime.fromisoformat("2026-03-17T09:00")])
def test_a_value_without_a_fixed_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="NaN"):
        canonical_json([value])


def test_a_digest_depends_on_salt_field_and_value() -> None:
    digests = {
        digest("s", "before", "x"),
        digest("t", "before", "x"),
        digest("s", "after", "x"),
        digest("s", "before", "y"),
        digest("s", "before", ""),
        digest("s", "before", None),
    }

    assert len(digests) == 6


def test_the_hash_depends_on_every_part_of_the_link() -> None:
    parts = {
        "chain_id": "c",
        "seq": 1,
        "at": datetime(2026, 3, 17, 9, tzinfo=UTC),
        "actor_id": 1,
        "on_behalf_of_id": 2,
        "request_id": "r",
        "verb": "v",
        "subject_kind": "k",
        "subject_id": "i",
        "before": "b",
        "after": "a",
        "words": "w",
        "previous": "p",
    }
    others = {
        **dict.fromkeys(parts, "other"),
        "seq": 2,
        "at": datetime(2026, 3, 18, tzinfo=UTC),
        "actor_id": 3,
    }

    hashes = {hash_of(Link(**{**parts, name: others[name]})) for name in parts} | {hash_of(Link(**parts))}  # type: ignore[arg-type]

    assert len(hashes) == len(parts) + 1
