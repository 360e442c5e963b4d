from __future__ import annotations

import json

import pytest

from app.approvals.chain import Chain, Member, MemberKind, Rule
from app.approvals.checks import check_chain
from app.approvals.models import ChainVersion, VersionState
from app.approvals.shipped import SHIPPED_CHAINS, publish_shipped_chains
from app.approvals.versions import (
    ChainChangedMeanwhile,
    ChainInvalid,
    PolicyOrder,
    UnknownChain,
    add_policy,
    begin_draft,
    give_back,
    keep_draft,
    propose,
    put_in_force,
    required,
    versions_of,
)
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import entries_for
from tests.factories.chains import a_chain, a_group, a_stage

pytestmark = pytest.mark.usefixtures("app")
QUALITY = a_chain(a_stage("Quality", a_group("role:quality_manager")))
TOP = a_chain(a_stage("Top", a_group("role:top_management")))


def begun(chain: Chain = QUALITY) -> int:
    with unit_of_work() as uow:
        return add_policy(
            uow, PolicyOrder("plan", "Plan", "capa", author_fields=("capa_owner_id",)), chain
        ).id


def published(chain: Chain, reason: str = "because") -> ChainVersion:
    with unit_of_work() as uow:
        draft = begin_draft(uow, "plan")
        if draft.sha256 != chain.sha256:
            keep_draft(uow, draft.id, chain, row_version=draft.row_version)
        propose(uow, draft.id, reason)
        return put_in_force(uow, draft.id, decided_by_id=None)


def test_a_version_comes_into_force_and_the_former_stays_as_it_was() -> None:
    policy_id = begun()
    first = published(QUALITY)

    second = published(TOP, "top management wants to see plans")

    assert [(one.number, one.state) for one in versions_of(db.session(), policy_id)] == [
        (2, "in_force"),
        (1, "former"),
    ]
    assert db.session.get_one(ChainVersion, first.id).content == QUALITY.to_json()
    assert required(db.session(), "plan").id == second.id


def test_the_trail_tells_both_digests_and_the_reason() -> None:
    policy_id = begun()
    published(QUALITY)
    published(TOP, "more eyes")

    entry = entries_for(db.session(), "chain", str(policy_id))[-1]

    before, after = json.loads(entry.before or ""), json.loads(entry.after or "")
    assert (before["sha256"], after["sha256"]) == (QUALITY.sha256, TOP.sha256)
    assert entry.reason == "more eyes"


def test_a_draft_begins_with_what_is_in_force_and_there_is_one() -> None:
    begun()
    published(QUALITY)

    with unit_of_work() as uow:
        first, again = begin_draft(uow, "plan"), begin_draft(uow, "plan")

    assert (first.id, first.number, first.content) == (again.id, 2, QUALITY.to_json())


def test_a_stale_page_keeps_nothing() -> None:
    begun()
    with unit_of_work() as uow:
        draft = begin_draft(uow, "plan")
        keep_draft(uow, draft.id, TOP, row_version=1)

    with pytest.raises(ChainChangedMeanwhile), unit_of_work() as uow:
        keep_draft(uow, draft.id, QUALITY, row_version=1)


def test_a_proposed_version_does_not_change_until_it_is_given_back() -> None:
    begun()
    with unit_of_work() as uow:
        draft = begin_draft(uow, "plan")
        propose(uow, draft.id, "because")
    with pytest.raises(ChainChangedMeanwhile), unit_of_work() as uow:
        keep_draft(uow, draft.id, TOP, row_version=draft.row_version)

    with unit_of_work() as uow:
        give_back(uow, draft.id)
        kept = keep_draft(uow, draft.id, TOP, row_version=draft.row_version + 1)

    assert (kept.state, kept.sha256) == (VersionState.DRAFT.value, TOP.sha256)


def test_a_draft_that_changes_nothing_or_without_reason_is_refused() -> None:
    begun()
    published(QUALITY)

    with pytest.raises(ChainInvalid) as refusal, unit_of_work() as uow:
        propose(uow, begin_draft(uow, "plan").id, " ")

    assert {one.rule for one in refusal.value.problems} == {"required", "unchanged"}


def test_a_key_is_a_word_and_taken_once() -> None:
    begun()

    for key, rule in (("plan", "taken"), ("Plan B", "key")):
        with pytest.raises(ChainInvalid) as refusal, unit_of_work() as uow:
            add_policy(uow, PolicyOrder(key, "Plan", "capa"), QUALITY)
        assert [one.rule for one in refusal.value.problems] == [rule]


def test_without_a_version_in_force_nobody_approves() -> None:
    begun()

    with pytest.raises(UnknownChain, match="An admin must publish one"):
        required(db.session(), "plan")


def test_shipped_chains_are_put_in_force_once_and_never_over_peoples_own() -> None:
    with unit_of_work() as uow:
        first, again = publish_shipped_chains(uow), publish_shipped_chains(uow)
        own = begin_draft(uow, "capa_plan")
        keep_draft(uow, own.id, QUALITY, row_version=1)
        propose(uow, own.id, "ours")
        put_in_force(uow, own.id, decided_by_id=None)
        last = publish_shipped_chains(uow)

    assert (len(first), again, last) == (len(SHIPPED_CHAINS), [], [])


@pytest.mark.parametrize(
    ("chain", "rules"),
    [
        (Chain(), {"rules.none"}),
        (Chain((Rule("A", "record.severity > 3", QUALITY.rules[0].stages),)), {"rules.otherwise"}),
        (Chain((*QUALITY.rules, *TOP.rules)), {"rules.unreachable"}),
        (Chain((Rule("A"),)), {"stages.none"}),
        (
            a_chain(a_stage("A", a_group("role:auditor"), only_if="record.severity > 3")),
            {"stages.conditional"},
        ),
        (a_chain(a_stage("A", a_group("role:auditor"), is_independent=True)), {"stage.first"}),
        (a_chain(a_stage("A", a_group())), {"members.none"}),
        (a_chain(a_stage("A", a_group("role:king"))), {"member"}),
        (a_chain(a_stage("A", a_group("person:4711"))), {"member"}),
        (a_chain(a_stage("A", a_group("named:severity"))), {"member"}),
        (a_chain(a_stage("A", a_group("role:auditor"), due="soon")), {"duration"}),
        (a_chain(a_stage("A", a_group("role:auditor"), policy="unheard_of")), {"policy"}),
    ],
)
def test_the_gate_names_what_is_wrong(chain: Chain, rules: set[str]) -> None:
    assert {one.rule for one in check_chain(db.session(), "capa", chain)} == rules


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("record.severity >=", "condition.syntax"),
        ("record.colour = 3", "condition.name"),
        ("capa.severity = 3", "condition.name"),
        ("settings.no_such = 3", "condition.name"),
        ("1 = 1", "condition.constant"),
    ],
)
def test_the_gate_reads_conditions(text: str, rule: str) -> None:
    chain = Chain((Rule("A", text, QUALITY.rules[0].stages), *QUALITY.rules))

    assert rule in {one.rule for one in check_chain(db.session(), "capa", chain)}


def test_a_member_can_be_exchanged_everywhere() -> None:
    old, new = Member(MemberKind.PERSON, "1"), Member(MemberKind.PERSON, "2")
    chain = a_chain(a_stage("A", a_group("person:1", "person:2")), a_stage("B", a_group("person:1")))

    assert chain.with_member_replaced(old, new).members == (new,)
    assert chain.with_member_replaced(old, None).rules[0].stages[1].members == ()
    assert Chain.from_json(chain.to_json()) == chain
