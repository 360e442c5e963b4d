"""The words for what the workflow notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("definition.published", "Definition published", "put a version of a lifecycle in force"),
    DeedWords("instance.started", "Started", "started this"),
    DeedWords("instance.held", "Put on hold", "put this on hold"),
    DeedWords("instance.resumed", "Resumed", "resumed this"),
    DeedWords("instance.cancelled", "Cancelled", "cancelled this"),
    DeedWords("task.completed", "Task completed", "completed “%(task)s” for"),
    DeedWords("task.claimed", "Task taken", "took “%(task)s”"),
    DeedWords("task.released", "Task given back", "gave “%(task)s” back to the group"),
    DeedWords("task.reassigned", "Task handed on", "gave “%(task)s” to %(person)s"),
    DeedWords("task.escalated", "Task escalated", "told others that “%(task)s” is late"),
    DeedWords("task.rerouted", "Task offered to somebody else", "“%(task)s” was offered to somebody else"),
    DeedWords("task_policy.kept", "Reminders changed", "changed reminders and escalation"),
    DeedWords("slot.added", "One more asked", "asked %(person)s as well"),
    DeedWords("slot.replaced", "Somebody else asked", "asked %(person)s instead of somebody else"),
    DeedWords("slot.withdrawn", "Question taken back", "took a question to somebody back"),
    DeedWords("fault.recorded", "Fault recorded", "met a fault"),
    DeedWords("fault.resolved", "Fault resolved", "resolved a fault"),
)
