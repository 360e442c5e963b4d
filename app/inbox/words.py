"""What a task page says in sentences: why you, until when, what happens next."""

from __future__ import annotations

from collections.abc import Sequence

from app.accounts.roles import Role, title_of
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.workflow.compile import CompiledDiagram
from app.workflow.policies import Policy

ANYWHERE = ""
_ROLES = frozenset(one.value for one in Role)


def role_title(role: str) -> str:
    """Return the title of a role key; an unknown one is said as it is."""
    return title_of(Role(role)) if role in _ROLES else role.replace("_", " ")


def role_inside(role: str) -> str:
    """Return the title of a role as it stands inside a sentence; an abbreviation keeps its capitals."""
    title = role_title(role)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def why_title(why: str, role: str, *, is_mine: bool, stands_in_for: str) -> str:
    """Return in a few words why the task came here."""
    if stands_in_for:
        return _("You stand in for %(name)s", name=stands_in_for)
    if why == "named":
        return _("You are named as %(role)s", role=role_inside(role))
    if why == "chosen":
        return _("You were chosen for this step")
    if why == "approver":
        return _("You are asked to decide")
    return _("You took it from your group") if is_mine else _("It is offered to your group")


def why_sentence(why: str, role: str, site: str, *, group_role: str) -> str:
    """Return the reason in a sentence, also when the task fell back to somebody else."""
    place = site or _("all sites")
    if why == "named":
        return _("The record names you for this.")
    if why == "chosen":
        return _("The process picks the person for this step from the record.")
    if why == "approver":
        return _("The approval chain names you, or a role you have, for this stage.")
    if why == "nobody_has_role":
        return _(
            "Nobody is %(role)s at %(site)s, so it goes to the %(fallback)s.",
            role=role_inside(role),
            site=place,
            fallback=role_inside(group_role),
        )
    if why == "nobody_at_site":
        return _("Nobody at %(site)s could do it, so it goes to the admins.", site=place)
    return _("Everybody who is %(role)s at %(site)s can do this.", role=role_inside(role), site=place)


def policy_sentence(policy: Policy) -> str:
    """Return who is told when the task is late."""
    told = []
    for rung in policy.escalations[:2]:
        days = rung.after.span.days
        after = ngettext("after %(num)s day", "after %(num)s days", days) if days else _("at once")
        who = _("your manager") if rung.to == "manager" else _("the %(role)s", role=role_inside(rung.to))
        told.append(_("%(who)s %(after)s", who=who, after=after))
    return _("If it is late, we tell %(list)s.", list=_(" and ").join(told)) if told else ""


def next_sentence(compiled: CompiledDiagram, element_id: str) -> str:
    """Return what happens when this step is done, from the happy path of the diagram."""
    following = next_step(compiled, element_id)
    if following is None:
        return _("This is the last step.")
    name, role = following
    if not role:
        return _("Then comes “%(task)s”.", task=name)
    return _("Then comes “%(task)s”, for the %(role)s.", task=name, role=role_inside(role))


def next_step(compiled: CompiledDiagram, element_id: str) -> tuple[str, str] | None:
    """Return name and role of the next step of a person on the happy path, None after the last.

    Shape: a call has no role: its part says who is asked.
    """
    ids = [step.element_id for step in compiled.happy_path]
    if element_id not in ids:
        return None
    for step_id in ids[ids.index(element_id) + 1 :]:
        if step_id in compiled.user_tasks:
            return compiled.user_tasks[step_id].name, compiled.user_tasks[step_id].role
        if step_id in compiled.calls:
            return compiled.calls[step_id].name, ""
    return None


def done_sentence(names: Sequence[tuple[str, str]], outcome: str | None) -> str:
    """Return what came of completing a task.

    Shape: `names` holds the title of each task that follows and who has it, or which role.
    """
    if names:
        first, who = names[0]
        sentence = _("“%(task)s” is with %(who)s.", task=first, who=who)
        more = len(names) - 1
        also = ngettext("%(num)s more task began.", "%(num)s more tasks began.", more) if more else ""
        return f"{sentence} {also}".strip()
    if outcome:
        return _("That was the last step: %(outcome)s.", outcome=outcome.replace("_", " "))
    return _("Nothing is left to do here for the moment.")


def day_sentence(overdue: int, soon: int, most: int) -> str:
    """Return the day in one sentence; `most` is the figure at which counting stopped."""
    if overdue >= most:
        return _("More than %(most)s tasks are overdue.", most=most - 1)
    late = ngettext("One task is overdue", "%(num)s tasks are overdue", overdue)
    if not overdue and not soon:
        return _("Nothing is due this week.")
    if not overdue:
        return ngettext("One task is due this week.", "%(num)s tasks are due this week.", soon)
    if not soon:
        return f"{late}."
    week = ngettext("one is due this week.", "%(num)s are due this week.", soon)
    return f"{late}, {week}"
