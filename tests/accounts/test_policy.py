from __future__ import annotations

import pytest

from app.accounts import policy
from app.accounts.actor import Actor, Grant
from app.accounts.permissions import PERMISSIONS
from app.accounts.policy import ALL, NotAllowed, Scope, Unseen
from app.accounts.roles import Role

HERE, THERE, PROCESS, OTHER_PROCESS = 1, 2, 10, 11


def actor(*grants: Grant, stands_in_for: tuple[int, ...] = ()) -> Actor:
    return Actor(
        id=7,
        name="Marta Nowak",
        user_name="marta",
        initials="MN",
        zone="UTC",
        locale="en",
        theme="system",
        grants=grants,
        stands_in_for=frozenset(stands_in_for),
    )


def test_without_grants_only_what_needs_no_role_is_allowed() -> None:
    nobody = actor()

    allowed = {key for key in PERMISSIONS if policy.can(nobody, key)}

    assert allowed == {key for key, rule in PERMISSIONS.items() if rule.needs_no_role}


def test_a_permission_nobody_defined_is_denied() -> None:
    assert not policy.can(actor(Grant(Role.ADMIN, None, None)), "everything.please")


def test_a_role_counts_at_its_site_only() -> None:
    manager = actor(Grant(Role.QUALITY_MANAGER, HERE, None))

    assert policy.can(manager, "records.read", Scope(HERE))
    assert not policy.can(manager, "records.read", Scope(THERE))


def test_a_record_of_no_site_needs_a_grant_for_all_sites() -> None:
    assert not policy.can(actor(Grant(Role.QUALITY_MANAGER, HERE, None)), "records.read", Scope())
    assert policy.can(actor(Grant(Role.QUALITY_MANAGER, None, None)), "records.read", Scope())


def test_a_role_for_one_process_does_not_count_for_another() -> None:
    owner = actor(Grant(Role.PROCESS_OWNER, HERE, PROCESS))

    assert policy.can(owner, "risks.assess", Scope(HERE, PROCESS))
    assert not policy.can(owner, "risks.assess", Scope(HERE, OTHER_PROCESS))
    assert not policy.can(owner, "risks.assess", Scope(HERE))


def test_a_restricted_record_is_for_the_named_roles() -> None:
    secret = Scope(HERE, restricted_to=frozenset({Role.TOP_MANAGEMENT}))

    assert not policy.can(actor(Grant(Role.QUALITY_MANAGER, HERE, None)), "records.read", secret)
    assert policy.can(actor(Grant(Role.TOP_MANAGEMENT, HERE, None)), "records.read", secret)


def test_who_takes_part_reads_and_comments_but_does_no_more() -> None:
    part = Scope(THERE, takes_part=frozenset({7}))
    reporter = actor(Grant(Role.REPORTER, HERE, None))

    assert policy.can(reporter, "records.read", part)
    assert policy.can(reporter, "records.comment", part)
    assert not policy.can(reporter, "instances.cancel", part)


def test_a_substitute_sees_what_the_absent_takes_part_in() -> None:
    assert policy.sees(actor(stands_in_for=(9,)), Scope(THERE, takes_part=frozenset({9})))


def test_administration_is_not_lent_to_a_substitute() -> None:
    stand_in = actor(Grant(Role.ADMIN, None, None, for_person_id=9))

    assert not policy.can(stand_in, "admin.people")


@pytest.mark.parametrize(("site", "error"), [(HERE, NotAllowed), (THERE, Unseen)])
def test_what_is_unseen_does_not_exist_and_what_is_seen_is_refused(site: int, error: type[Exception]) -> None:
    reporter = actor(Grant(Role.REPORTER, HERE, None))

    with pytest.raises(error):
        policy.require(reporter, "instances.cancel", Scope(site))


def test_visible_sites_are_those_of_the_grants_or_all() -> None:
    assert policy.visible_sites(actor(Grant(Role.AUDITOR, HERE, None))) == {HERE}
    assert policy.visible_sites(actor(Grant(Role.AUDITOR, None, None))) is ALL
    assert policy.visible_sites(actor(Grant(Role.ADMIN, None, None))) == frozenset()
