from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.approvals.chain import Joint, OnNo, Quorum
from app.approvals.rules import (
    Bench,
    GroupTally,
    Pool,
    StageOutcome,
    Terms,
    is_possible,
    needed,
    seat,
    stage_outcome,
    stand_ins,
)

UNDECIDED, APPROVED, REJECTED, RETURNED = StageOutcome


@pytest.mark.parametrize(
    ("quorum", "number", "size", "expected"),
    [
        (Quorum.ALL, 1, 4, 4),
        (Quorum.ANY, 1, 4, 1),
        (Quorum.COUNT, 2, 4, 2),
        (Quorum.PERCENT, 50, 5, 3),
        (Quorum.PERCENT, 1, 5, 1),
        (Quorum.ALL, 1, 0, 1),
    ],
)
def test_a_quorum_says_how_many_must_say_yes(quorum: Quorum, number: int, size: int, expected: int) -> None:
    assert needed(quorum, number, size) == expected


def test_two_of_one_group_and_one_of_another_are_both_needed() -> None:
    pair, single = GroupTally(3, 2, approvals=2), GroupTally(2, 1)

    assert stage_outcome([pair, single], Terms()) is UNDECIDED
    assert stage_outcome([pair, replace(single, approvals=1)], Terms()) is APPROVED


def test_another_way_is_enough_by_itself() -> None:
    pair, single, chief = GroupTally(3, 2), GroupTally(2, 1), GroupTally(1, 1, approvals=1, way=1)

    assert stage_outcome([pair, single, chief], Terms()) is APPROVED


@pytest.mark.parametrize(
    ("on_no", "expected"),
    [(OnNo.AUTHOR, RETURNED), (OnNo.PREVIOUS, RETURNED), (OnNo.END, REJECTED)],
)
def test_a_veto_ends_the_stage_at_once(on_no: OnNo, expected: StageOutcome) -> None:
    assert stage_outcome([GroupTally(9, 1, refusals=1)], Terms(True, on_no)) is expected


def test_without_veto_a_no_ends_the_stage_when_quorum_became_impossible() -> None:
    terms = Terms(has_veto=False)

    assert stage_outcome([GroupTally(3, 2, refusals=1)], terms) is UNDECIDED
    assert stage_outcome([GroupTally(3, 2, refusals=2)], terms) is RETURNED


def test_somebody_in_two_groups_counts_once_where_people_are_short() -> None:
    benches = seat([Pool((1, 2, 3), Quorum.COUNT, 2), Pool((1,), Quorum.ANY)])

    assert [bench.people for bench in benches] == [(2, 3), (1,)]


def test_who_is_needed_in_a_group_of_all_sits_there() -> None:
    benches = seat([Pool((1, 2)), Pool((1, 3), Quorum.ALL)])

    assert benches == (Bench((2,), 1, 0), Bench((1, 3), 2, 0))


def test_one_person_cannot_fill_two_groups() -> None:
    assert not is_possible(seat([Pool((1,)), Pool((1,))]))


def test_one_person_may_sit_in_two_ways() -> None:
    benches = seat([Pool((1, 2), Quorum.ALL), Pool((1,), joint=Joint.OR)])

    assert [(bench.people, bench.way) for bench in benches] == [((1, 2), 0), ((1,), 1)]


def test_substitutes_act_over_three_steps_and_never_in_a_circle() -> None:
    assert stand_ins(1, {1: 2, 2: 3, 3: 4, 4: 5}) == (2, 3, 4)
    assert stand_ins(1, {1: 2, 2: 1}) == (2,)
    assert stand_ins(1, {2: 3}) == ()


Vote = tuple[int, bool]


@st.composite
def stages(draw: st.DrawFn) -> tuple[list[GroupTally], Terms]:
    """A stage of up to three groups in one or two ways, each of which its people can fill."""
    tallies, way = [], 0
    for place in range(draw(st.integers(1, 3))):
        way += place > 0 and draw(st.booleans())
        size = draw(st.integers(1, 3))
        tallies.append(GroupTally(size, draw(st.integers(1, size)), way=int(way)))
    return tallies, Terms(draw(st.booleans()), draw(st.sampled_from(OnNo)))


def seats_of(tallies: Sequence[GroupTally]) -> list[int]:
    return [place for place, one in enumerate(tallies) for _number in range(one.size)]


def after(tallies: Sequence[GroupTally], votes: Sequence[Vote]) -> list[GroupTally]:
    return [
        replace(
            one,
            approvals=sum(yes for at, yes in votes if at == place),
            refusals=sum(not yes for at, yes in votes if at == place),
        )
        for place, one in enumerate(tallies)
    ]


def walk(stage: tuple[list[GroupTally], Terms], votes: Sequence[Vote]) -> Iterator[StageOutcome]:
    tallies, terms = stage
    for count in range(len(votes) + 1):
        yield stage_outcome(after(tallies, votes[:count]), terms)


@settings(deadline=None)
@given(st.data(), stages())
def test_every_order_of_votes_ends_in_exactly_one_outcome(
    data: st.DataObject, stage: tuple[list[GroupTally], Terms]
) -> None:
    seats = data.draw(st.permutations(seats_of(stage[0])))
    votes = [(at, data.draw(st.booleans())) for at in seats]

    outcomes = list(walk(stage, votes))

    first = next(place for place, one in enumerate(outcomes) if one is not UNDECIDED)
    assert set(outcomes[:first]) <= {UNDECIDED}
    assert outcomes[0] is UNDECIDED
    assert outcomes[-1] is not UNDECIDED


@settings(deadline=None)
@given(st.data(), stages())
def test_the_earliest_decided_point_ends_the_stage(
    data: st.DataObject, stage: tuple[list[GroupTally], Terms]
) -> None:
    """Decided is exactly what no further votes, whatever they say, could turn; a veto is one that fell."""
    tallies, terms = stage
    seats = data.draw(st.permutations(seats_of(tallies)))
    count = data.draw(st.integers(0, len(seats)))
    votes = [(at, data.draw(st.booleans())) for at in seats[:count]]
    silent = Terms(has_veto=False, on_no=terms.on_no)

    now = stage_outcome(after(tallies, votes), silent)

    endings = {
        stage_outcome(after(tallies, [*votes, *zip(seats[count:], rest, strict=True)]), silent)
        for rest in product((True, False), repeat=len(seats) - count)
    }
    assert (now is UNDECIDED) == (len(endings) > 1)
    if now is not UNDECIDED:
        assert endings == {now}


@settings(deadline=None)
@given(stages(), st.data())
def test_the_order_of_the_same_votes_changes_nothing_without_a_veto(
    stage: tuple[list[GroupTally], Terms], data: st.DataObject
) -> None:
    tallies, terms = stage
    silent = (tallies, Terms(has_veto=False, on_no=terms.on_no))
    votes = [(at, data.draw(st.booleans())) for at in seats_of(tallies)]
    other = data.draw(st.permutations(votes))

    ends = [next(one for one in walk(silent, order) if one is not UNDECIDED) for order in (votes, other)]

    assert ends[0] is ends[1]


@settings(deadline=None)
@given(stages(), st.data())
def test_a_veto_never_lets_a_no_pass(stage: tuple[list[GroupTally], Terms], data: st.DataObject) -> None:
    tallies, terms = stage
    vetoed = (tallies, Terms(has_veto=True, on_no=terms.on_no))
    seats = data.draw(st.permutations(seats_of(tallies)))
    votes = [(at, data.draw(st.booleans())) for at in seats]

    outcomes = list(walk(vetoed, votes))

    first = next(place for place, one in enumerate(outcomes) if one is not UNDECIDED)
    assert (outcomes[first] is APPROVED) == all(yes for _at, yes in votes[:first])


pools = st.builds(
    Pool,
    st.lists(st.integers(1, 6), min_size=1, max_size=5, unique=True).map(tuple),
    st.sampled_from([Quorum.ANY, Quorum.COUNT, Quorum.PERCENT, Quorum.ALL]),
    st.integers(1, 3),
)


@settings(deadline=None)
@given(st.lists(pools, min_size=1, max_size=3))
def test_everybody_has_one_seat_and_every_group_is_filled_if_some_seating_fills_it(
    asked: list[Pool],
) -> None:
    benches = seat(asked)

    seated = [person for bench in benches for person in bench.people]
    assert sorted(seated) == sorted({person for pool in asked for person in pool.people})
    assert is_possible(benches) == any_seating_fills(asked)


def any_seating_fills(asked: Sequence[Pool]) -> bool:
    everybody = sorted({person for pool in asked for person in pool.people})
    forced = {
        person: next(
            place for place, pool in enumerate(asked) if pool.quorum is Quorum.ALL and person in pool.people
        )
        for person in everybody
        if any(pool.quorum is Quorum.ALL and person in pool.people for pool in asked)
    }
    choices = [
        [forced[person]]
        if person in forced
        else [place for place, pool in enumerate(asked) if person in pool.people]
        for person in everybody
    ]
    return any(
        all(
            pool.quorum is Quorum.ALL
            or seats.count(place) >= needed(pool.quorum, pool.number, len(pool.people))
            for place, pool in enumerate(asked)
        )
        for seats in product(*choices)
    )
