"""The pages of approval chains: the list, the builder with its simulator, versions, and putting in force."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import policy as rights
from app.accounts.policy import Scope
from app.admin.chains import cards, lists, outcomes, trying
from app.admin.chains.editing import Focus
from app.approvals.chain import Chain
from app.approvals.checks import check_chain
from app.approvals.models import ChainPolicy, ChainVersion, VersionState
from app.approvals.publications import open_publication
from app.approvals.simulation import simulate
from app.approvals.versions import UnknownChain, draft_of, in_force, policy_of, running_on, versions_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.records.urls import record_url
from app.web.addresses import address
from app.web.fields import FieldView
from app.web.forms import answer_with, typed_answers, with_answers
from app.web.guards import current_actor, may, permission
from app.web.reader import current_reader

blueprint = Blueprint("admin_chains", __name__, url_prefix="/admin/chains")
READ, EDIT = "chains.read", "chains.edit"
_PLACE = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Shown:
    """The version a builder shows: the draft where there is one, else what is in force."""

    policy: ChainPolicy
    version: ChainVersion | None
    standing: ChainVersion | None

    @property
    def chain(self) -> Chain:
        """Its content; nothing before the first version."""
        return Chain.from_json(self.version.content) if self.version else Chain()

    @property
    def row_version(self) -> int:
        """The row version of the draft, 0 when there is none yet."""
        is_draft = self.version is not None and self.version.state == VersionState.DRAFT.value
        return self.version.row_version if self.version is not None and is_draft else 0


@blueprint.get("")
@permission(READ)
def listing() -> str:
    """Show all chains: what is approved, by which stages, and what is worked on."""
    rows = lists.chain_rows(db.session())
    return render_template("admin/chains.html", columns=lists.chain_columns(), rows=rows, can_edit=may(EDIT))


@blueprint.get("/<key>")
@permission(READ)
def builder(key: str) -> Response:
    """Show a chain as cards, one of them open, and the simulator beside it."""
    return builder_page(key, focus_asked_for(request.args))


@blueprint.get("/<key>/trial")
@permission(READ)
def trial(key: str) -> str:
    """Answer the simulator's question again, for another case."""
    found = shown_of(db.session(), key)
    return render_template("admin/chain_trial.html", trial=_tried(db.session(), found))


@blueprint.get("/<key>/publish")
@permission(EDIT)
def publishing(key: str) -> Response:
    """Show what putting the draft in force would change, and ask why."""
    return publish_page(key)


@blueprint.get("/<key>/versions")
@permission(READ)
def versions(key: str) -> str:
    """Show all versions of a chain with what each changed."""
    session = db.session()
    policy = policy_of(session, key)
    return render_template(
        "admin/chain_versions.html",
        policy=policy,
        columns=lists.version_columns(),
        rows=lists.version_rows(session, policy),
    )


@blueprint.get("/<key>/versions/<int:number>")
@permission(READ)
def version(key: str, number: int) -> str:
    """Show a chain as one version had it.

    Errors: UnknownChain.
    """
    session = db.session()
    policy = policy_of(session, key)
    found = next((one for one in versions_of(session, policy.id) if one.number == number), None)
    if found is None:
        raise UnknownChain(_("This chain has no version %(number)s.", number=number))
    return render_template(
        "admin/chain_version.html",
        policy=policy,
        version=found,
        state=lists.state_chip(found.state),
        rules=cards.rule_cards(session, Chain.from_json(found.content), cards.View()),
    )


def builder_page(key: str, focus: Focus, *, refusal: QmsError | None = None) -> Response:
    """Return the builder; after a refused deed with what was wrong."""
    session = db.session()
    found = shown_of(session, key)
    is_proposed = found.version is not None and found.version.state == VersionState.PROPOSED.value
    waiting = open_publication(session, found.version.id) if is_proposed and found.version else None
    can_edit = may(EDIT) and not is_proposed
    problems = check_chain(session, found.policy.record_kind, found.chain)
    sample = sample_asked_for(request.values)
    view = (
        cards.View(focus, problems, lambda one: builder_url(key, one, sample)) if can_edit else cards.View()
    )
    drawn = render_template(
        "admin/chain.html",
        policy=found.policy,
        kind=lists.kind_word(found.policy.record_kind),
        version=found.version,
        standing=found.standing,
        state=lists.state_chip(found.version.state) if found.version else None,
        running=_running(session, found),
        waiting_url=record_url(waiting.kind, waiting.id) if waiting else "",
        rules=cards.rule_cards(session, found.chain, view),
        choices=cards.choices_of(session, found.policy.record_kind) if can_edit else None,
        problems=problems,
        can_edit=can_edit,
        row_version=found.row_version,
        focus=focus,
        sample=sample,
        trial=_tried(session, found),
        refusal=refusal,
        refused=refusal.problems if isinstance(refusal, Invalid) else (),
    )
    return answer_with(drawn, refusal)


def publish_page(key: str, refusal: QmsError | None = None) -> Response:
    """Return the page on which a draft is proposed; after a refusal with what was wrong."""
    session = db.session()
    rights.require(current_actor(), EDIT, Scope())
    policy = policy_of(session, key)
    draft = draft_of(session, policy.id)
    if draft is None or draft.state != VersionState.DRAFT.value:
        raise UnknownChain(_("There is no draft of this chain. Change it first."))
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    fields = with_answers(_reason_fields(), typed_answers() if refusal else {}, problems)
    drawn = render_template(
        "admin/chain_publish.html",
        policy=policy,
        draft=draft,
        change=lists.change_of(session, policy, draft),
        fields=fields,
        refusal=refusal,
        problems=problems,
        labels={field.key: field.label for field in fields},
    )
    return answer_with(drawn, refusal)


def shown_of(session: Session, key: str) -> Shown:
    """Return the version a builder shows.

    Errors: UnknownChain.
    """
    policy = policy_of(session, key)
    standing = in_force(session, policy.id)
    return Shown(policy, draft_of(session, policy.id) or standing, standing)


def focus_asked_for(values: Mapping[str, str]) -> Focus:
    """Return what the address wants open."""
    rule, stage = values.get("rule", ""), values.get("stage", "")
    if not _PLACE.fullmatch(rule):
        return Focus()
    return Focus(int(rule), int(stage) if _PLACE.fullmatch(stage) else None)


def sample_asked_for(values: Mapping[str, str]) -> dict[str, str]:
    """Return the part of the address that describes the case of the simulator."""
    return {key: value for key, value in values.items() if key.startswith(trying.PREFIX) and value}


def builder_url(key: str, focus: Focus, sample: Mapping[str, str]) -> str:
    """Return the address of the builder with something open and the case kept."""
    place: dict[str, str | int] = {} if focus.rule is None else {"rule": focus.rule}
    if focus.rule is None or focus.stage is None:
        return address("admin_chains.builder", key=key, **place, **sample)
    url = address("admin_chains.builder", key=key, stage=focus.stage, **place, **sample)
    return f"{url}#stage-{focus.rule}-{focus.stage}"


def _tried(session: Session, found: Shown) -> dict[str, object]:
    reader, at = current_reader(), clock.now()
    chains: Sequence[Chain] = [found.chain]
    if found.standing is not None:
        chains = [found.chain, Chain.from_json(found.standing.content)]
    case = trying.trial_of(session, current_actor(), found.policy, chains, request.values, at)
    is_other = found.standing is not None and found.standing is not found.version
    answer = outcomes.shown(
        session,
        simulate(session, found.chain, case.case),
        reader,
        against=simulate(session, chains[-1], case.case) if is_other else None,
        against_number=found.standing.number if found.standing else 0,
    )
    return {"case": case, "answer": answer, "key": found.policy.key}


def _running(session: Session, found: Shown) -> str:
    if found.standing is None or found.version is found.standing:
        return ""
    count = running_on(session, found.standing.id)
    return lists.running_words(count, found.standing.number) if count else ""


def _reason_fields() -> tuple[FieldView, ...]:
    reason = FieldView(
        "reason",
        "textarea",
        _("Why it changes"),
        help=_("The second person reads it first; the trail and the versions keep it."),
    )
    return (reason,)
