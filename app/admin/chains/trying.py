"""The case a chain is tried on: a real record, or a sample with the fields the chain asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import people
from app.accounts.roles import Role, title_of
from app.admin.people.fields import site_options
from app.approvals.cases import Case, authors_of, case_of, record_names, setting_names
from app.approvals.chain import Chain, MemberKind
from app.approvals.fields import PERSON, KnownNames, field_word, known_names
from app.approvals.models import ChainPolicy
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.records.models import Record
from app.records.visibility import visible
from app.web.fields import FieldView, Option
from app.web.forms import text_field
from app.web.guards import LARGEST_ID
from app.workflow.lifecycle import Lifecycle, UnknownLifecycle, registry

PREFIX = "s."
SITE, PROCESS, RECORD = "s.site", "s.process", "s.record"
LONGEST = 200
NUMBER, BOOLEAN = "number", "boolean"
_NAMED = re.compile(r"\brecord\.([a-z][a-z0-9_]*)")
Args = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a chain is tried on.

    Shape: `fields` are drawn above the answer; `real` is the record that is taken, None for a sample; `note`
    says why a wished record could not be taken.
    """

    case: Case
    fields: tuple[FieldView, ...]
    real: Record | None = None
    note: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


def trial_of(
    session: Session, actor: Actor, policy: ChainPolicy, chains: Sequence[Chain], args: Args, at: datetime
) -> Trial:
    """Return the case that the arguments of the page describe, with the fields to change it."""
    names = known_names(session, policy.record_kind)
    asked = _asked_for(chains, policy, names)
    given = {key: value[:LONGEST] for key, value in args.items() if key.startswith(PREFIX) and value.strip()}
    real, note = _real_record(session, actor, policy, given)
    lifecycle = _lifecycle(policy.record_kind)
    if real is not None and lifecycle is not None:
        view = lifecycle.ports.read_record(session, real.id)
        authors = authors_of(policy.author_fields, record_names(view))
        case = case_of(session, lifecycle, view, at, author_ids=authors)
    else:
        case = _sample(session, lifecycle, policy, asked, given, at)
    shown = {SITE: str(case.site_id or ""), **given}
    return Trial(case, _fields(session, asked, policy, chains, shown), real, note, given)


def _asked_for(chains: Sequence[Chain], policy: ChainPolicy, names: KnownNames) -> dict[str, str]:
    """Return the fields of the record that chains ask for, with their types, in the order of the record."""
    wanted = set(policy.author_fields)
    for chain in chains:
        for rule in chain.rules:
            wanted |= set(_NAMED.findall(rule.condition))
            wanted |= {name for stage in rule.stages for name in _NAMED.findall(stage.only_if)}
        wanted |= {
            one.value
            for one in chain.members
            if one.kind in {MemberKind.NAMED, MemberKind.MANAGER, MemberKind.ROLE_NAMED}
        }
    known = {name: kind for name, kind in names.record.items() if name in wanted}
    return known | {name: PERSON for name in policy.author_fields if name not in known}


def _sample(
    session: Session,
    lifecycle: Lifecycle | None,
    policy: ChainPolicy,
    asked: Mapping[str, str],
    given: Args,
    at: datetime,
) -> Case:
    site_id = _id(given.get(SITE)) or session.scalar(
        select(Site.id).where(Site.is_active).order_by(Site.name, Site.id).limit(1)
    )
    record = {name: _typed(given.get(f"{PREFIX}{name}", ""), kind) for name, kind in asked.items()}
    return Case(
        site_id=site_id,
        process_id=_id(given.get(PROCESS)),
        record=record,
        at=at,
        settings=setting_names(session, lifecycle, site_id) if lifecycle else {},
        author_ids=authors_of(policy.author_fields, record),
    )


def _typed(text: str, kind: str) -> Any:
    if not text:
        return None
    if kind == PERSON:
        return _id(text)
    if kind == BOOLEAN:
        return text == "true"
    if kind in {NUMBER, ""}:
        try:
            number = Decimal(text.replace(" ", "").replace(",", "."))
        except InvalidOperation:
            return text
        return number if number.is_finite() else text
    return text


def _fields(
    session: Session,
    asked: Mapping[str, str],
    policy: ChainPolicy,
    chains: Sequence[Chain],
    given: Args,
) -> tuple[FieldView, ...]:
    persons = _people(session) if PERSON in asked.values() else ()
    first = [FieldView(SITE, "select", _("Site"), given.get(SITE, ""), options=site_options(session))]
    if _asks_for_process(chains):
        first.append(
            FieldView(PROCESS, "select", _("Process"), given.get(PROCESS, ""), options=_processes(session))
        )
    return (
        *first,
        *(
            _field(
                f"{PREFIX}{name}", _label(name, policy), kind, given, _options(name, kind, chains, persons)
            )
            for name, kind in asked.items()
        ),
    )


def _field(key: str, label: str, kind: str, given: Args, options: tuple[Option, ...]) -> FieldView:
    value = given.get(key, "")
    if options:
        return FieldView(key, "select", label, value, options=options)
    limits = {"inputmode": "decimal"} if kind == NUMBER else {}
    return text_field(key, label, value, limits=limits)


def _options(
    name: str, kind: str, chains: Sequence[Chain], persons: tuple[Option, ...]
) -> tuple[Option, ...]:
    if kind == PERSON:
        return persons
    if kind == BOOLEAN:
        return (Option("true", _("Yes")), Option("false", _("No")))
    if any(
        one.kind is MemberKind.ROLE_NAMED and one.value == name for chain in chains for one in chain.members
    ):
        return tuple(Option(role.value, title_of(role)) for role in Role)
    return tuple(Option(word, _(word.replace("_", " ").capitalize())) for word in _literals(name, chains))


def _literals(name: str, chains: Sequence[Chain]) -> Iterable[str]:
    """Return the words that conditions compare a field with, each once: what may make a difference."""
    pattern = re.compile(rf'\brecord\.{re.escape(name)}\s*(?:!?=\s*|in\s*\()((?:"[^"]*"(?:\s*,\s*)?)+)')
    texts = [
        text
        for chain in chains
        for rule in chain.rules
        for text in (rule.condition, *(stage.only_if for stage in rule.stages))
    ]
    found = [
        word for text in texts for part in pattern.findall(text) for word in re.findall(r'"([^"]*)"', part)
    ]
    return dict.fromkeys(found)


def _label(name: str, policy: ChainPolicy) -> str:
    if name in policy.author_fields:
        return _("Written by (%(field)s)", field=field_word(name))
    return field_word(name)


def _asks_for_process(chains: Sequence[Chain]) -> bool:
    return any(
        one.kind is MemberKind.ROLE_NAMED or one.value == Role.PROCESS_OWNER.value
        for chain in chains
        for one in chain.members
    )


def _people(session: Session) -> tuple[Option, ...]:
    return tuple(Option(str(one.id), one.details.name) for one in people(session))


def _processes(session: Session) -> tuple[Option, ...]:
    rows = session.execute(
        select(BusinessProcess.id, BusinessProcess.name)
        .where(BusinessProcess.is_active)
        .order_by(BusinessProcess.name)
    )
    return tuple(Option(str(row.id), row.name) for row in rows)


def _real_record(
    session: Session, actor: Actor, policy: ChainPolicy, given: Args
) -> tuple[Record | None, str]:
    number = given.get(RECORD, "").strip().upper()
    if not number:
        return None, ""
    statement = select(Record).where(Record.number == number, Record.kind == policy.record_kind)
    row = session.scalars(visible(statement, actor)).one_or_none()
    if row is None:
        return None, _("There is no such record of this kind that you may see. The sample is shown.")
    return row, ""


def _lifecycle(record_kind: str) -> Lifecycle | None:
    try:
        return registry.of_kind(record_kind)
    except UnknownLifecycle:
        return None


def _id(text: str | None) -> int | None:
    if not text or not text.isdecimal() or not text.isascii() or len(text) > 10:
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_ID else None
