"""Prepares the page of a task: the form in its present state, and everything that explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import policy as rights
from app.accounts.actor import Actor
from app.approvals.panel import ApprovalView, approval_of_task
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.inbox import task_aside as aside
from app.inbox import words
from app.inbox.task_aside import Subject
from app.inbox.task_signing import Statement, signature_field, statement_of
from app.records.details import submitted_form
from app.records.models import Record
from app.records.stages import states_of
from app.records.urls import record_url
from app.records.usual import severity_part
from app.records.visibility import scope_of
from app.web.dates import exact_in_words, past_in_words
from app.web.fields import FieldView, Option
from app.web.parts import Deed, Fact, Link, Linked, OpenPoint, Reason, Severity, Step
from app.web.reader import Reader
from app.workflow.definitions import definitions
from app.workflow.form_contexts import page_context
from app.workflow.forms import FormDefinition
from app.workflow.forms.presentation import carry_on, initial_answers, present
from app.workflow.forms.views import FormView
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState
from app.workflow.picture import strip
from app.workflow.signing import Asked, asked_of
from app.workflow.slot_people import DECIDED_BY_OTHERS
from app.workflow.tasks import is_offered_to

FILE = "keel-file"


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the template of a task draws.

    Shape: `state` is `work` (the form can be filled in), `other` (somebody else's), `held`, `done` or
    `cancelled`; `kept_files` are pairs of posted name and file id; `note` says why it cannot be worked on.
    """

    id: int
    title: str
    sub: str
    state: str
    note: str
    crumbs: tuple[Link, ...]
    due_at: datetime
    severity: Severity | None
    steps: tuple[Step, ...]
    following: str
    diagram: Link | None
    form: FormView | None
    signature: FieldView | None
    kept_files: tuple[tuple[str, str], ...]
    token: str
    form_key: tuple[int, str, str]
    row_version: int
    saved: str
    next_words: str
    reasons: tuple[Reason, ...]
    open_points: tuple[OpenPoint, ...]
    facts: tuple[Fact, ...]
    linked: tuple[Linked, ...]
    approval: ApprovalView | None
    history: tuple[Deed, ...]
    comments: tuple[Deed, ...]
    people: tuple[Option, ...]
    record_id: int
    record_url: str
    can_claim: bool
    can_release: bool
    can_hand_on: bool
    can_comment: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What a refused form held, and what was wrong with it."""

    answers: Mapping[str, Any]
    problems: Sequence[Problem] = ()


def task_page(it: Subject, *, token: str, typed: Typed | None = None, asked: Asked | None = None) -> TaskPage:
    """Return the page of a task that the caller has found the person may look at.

    Shape: `asked` is the signature the page asks for; it was read before anything else.
    """
    task, record, definition, actor = it.task, it.record, it.definition, it.actor
    state = _state(it)
    form = _form(it, state, typed)
    door = record_url(task.record_kind, task.record_id)
    return TaskPage(
        id=task.id,
        title=task.title,
        sub=task.record_title,
        state=state,
        note=_note(it, state),
        crumbs=(Link(task.record_number, door if record else ""),),
        due_at=task.due_at,
        severity=severity_part(task.severity),
        steps=_steps(it),
        following=(words.next_step(definition.compiled, task.spot.step_id) or ("", ""))[0],
        diagram=Link(_("Diagram"), f"{door}?part=tasks") if record else None,
        form=form,
        signature=_signature(it, asked, typed) if state == "work" and asked else None,
        kept_files=tuple(kept_files(form)) if form and state == "work" else (),
        token=token,
        form_key=(task.definition_version_id, task.element_id, task.call_id),
        row_version=task.row_version,
        saved=_saved(it),
        next_words=words.next_sentence(definition.compiled, task.spot.step_id),
        reasons=aside.reasons(it) if state in {"work", "other", "held"} else (),
        open_points=aside.open_points(it) if state in {"work", "other", "held"} else (),
        facts=aside.facts(it),
        linked=aside.linked(it),
        approval=approval_of_task(it.session, it.task, it.now),
        history=aside.history(it),
        comments=aside.comments(it),
        people=_people(it) if state in {"work", "other"} else (),
        record_id=task.record_id,
        record_url=door if record else "",
        can_claim=state == "work" and task.assignee_id is None,
        can_release=state == "work" and task.assignee_id == actor.id and task.candidate_group_id is not None,
        can_hand_on=state == "work" or (state == "other" and _may_reassign(it)),
        can_comment=record is not None and rights.can(actor, "records.comment", scope_of(record)),
    )


def form_of(session: Session, task: Task) -> FormDefinition:
    """Return the form of a task, as its version has it."""
    return definitions.get(session, task.definition_version_id).form(task.spot)


def live_form(it: Subject, answers: Mapping[str, Any]) -> FormView:
    """Return the form for these answers: conditions and computed fields once more, nothing judged."""
    context = page_context(it.session, it.row, it.definition, it.task.spot, it.actor, it.now)
    form = it.definition.form(it.task.spot)
    return present(form, carry_on(form, answers, context), context)


def live_statement(it: Subject, answers: Mapping[str, Any]) -> Statement | None:
    """Return what a signature means with these answers, None where they do not matter to it."""
    asked = asked_of(it.session, it.actor, it.task)
    return statement_of(it, asked, answers) if asked and asked.may_decline else None


def subject_of(
    session: Session, actor: Actor, found: tuple[Task, Record | None], reader: Reader, now: datetime
) -> Subject:
    """Return a task in hand with what belongs to it."""
    task, record = found
    row = session.get_one(ProcessInstance, task.instance_id)
    definition = definitions.get(session, task.definition_version_id)
    return Subject(session, actor, task, record, row, definition, now, reader)


def _state(it: Subject) -> str:
    if it.task.state == TaskState.DONE.value:
        return "done"
    if it.task.state == TaskState.CANCELLED.value:
        return "cancelled"
    if it.row.state == InstanceState.HELD.value:
        return "held"
    return "work" if is_offered_to(it.task, it.actor) else "other"


def _form(it: Subject, state: str, typed: Typed | None) -> FormView | None:
    if state == "done":
        submitted = submitted_form(it.session, it.actor, it.task, it.now)
        return submitted[1] if submitted else None
    if state != "work":
        return None
    form = it.definition.form(it.task.spot)
    context = page_context(it.session, it.row, it.definition, it.task.spot, it.actor, it.now)
    if typed is not None:
        given = carry_on(form, typed.answers, context)
        return present(form, given, context, problems=typed.problems)
    draft = it.task.draft
    given = carry_on(form, draft, context) if draft else initial_answers(form, context)
    return present(form, given, context)


def _signature(it: Subject, asked: Asked, typed: Typed | None) -> FieldView:
    answers = typed.answers if typed else it.task.draft or {}
    return signature_field(it, asked, answers, typed.problems if typed else ())


def _note(it: Subject, state: str) -> str:
    names = aside.names_in(it)
    if state == "done" and it.task.completed_at:
        when = exact_in_words(it.task.completed_at, reader=it.reader)
        return _(
            "%(who)s did this on %(when)s.", who=names.get(it.task.completed_by_id or 0, "Keel"), when=when
        )
    if state == "cancelled":
        return _cancelled_because(it.task)
    if state == "held":
        return _("This is on hold. It can be worked on when it is resumed.")
    if state == "other":
        holder = names.get(it.task.assignee_id or 0, "")
        return _("%(who)s has this task.", who=holder or _("A group you are not in"))
    return ""


def _cancelled_because(task: Task) -> str:
    if task.cancelled_because == DECIDED_BY_OTHERS:
        return _("Others have decided this. Your part is no longer needed.")
    return task.cancelled_because or _("This is no longer needed: the record moved on without it.")


def _saved(it: Subject) -> str:
    if it.task.draft is None or it.task.draft_at is None:
        return ""
    moment = past_in_words(it.task.draft_at, now=it.now, reader=it.reader)
    if it.task.draft_by_id == it.actor.id:
        return _("Draft saved %(moment)s", moment=moment)
    name = aside.names_in(it).get(it.task.draft_by_id or 0, "")
    return _("Draft saved %(moment)s by %(name)s", moment=moment, name=name)


def _steps(it: Subject) -> tuple[Step, ...]:
    kinds = {"gateway": "gate", "end": "end"}
    states = {"next": "ahead", "more": "ahead"}
    return tuple(
        Step(box.name, states.get(box.state, box.state), kinds.get(box.kind, "task"))
        for box in strip(it.definition.compiled, states_of(it.row))
    )


def _people(it: Subject) -> tuple[Option, ...]:
    context = page_context(it.session, it.row, it.definition, it.task.spot, it.actor, it.now)
    return tuple(
        Option(choice.value, choice.label)
        for choice in context.directory.people("")
        if choice.value != str(it.actor.id)
    )


def _may_reassign(it: Subject) -> bool:
    scope = scope_of(it.record) if it.record else None
    return scope is not None and rights.can(it.actor, "tasks.reassign", scope)


def kept_files(form: FormView) -> list[tuple[str, str]]:
    """Return posted name and id of every file that is attached, so that the next post still names it."""
    found: list[tuple[str, str]] = []
    views = [view for section in form.sections for view in section.fields]
    while views:
        view = views.pop()
        views += [*view.parts, *(cell for row in view.rows for cell in row)]
        if view.kind == FILE and isinstance(view.value, list | tuple):
            found += [(view.key, one.key) for one in view.value]
    return found
