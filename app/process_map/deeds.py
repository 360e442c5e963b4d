"""The words for what the map of processes and the context notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("context.reviewed", "Context reviewed", "reviewed context and interested parties"),
    DeedWords("scope.kept", "Scope changed", "kept a version of the scope"),
    DeedWords("process.described", "Process described", "described the process"),
    DeedWords("process.measure_added", "Measure of a process added", "added a measure"),
    DeedWords("process.measure_changed", "Measure of a process changed", "changed a measure"),
    DeedWords("process.measure_ended", "Measure of a process ended", "took a measure away"),
    DeedWords("process.flow_added", "Input or output of a process added", "added an input or output"),
    DeedWords("process.flow_changed", "Input or output of a process changed", "changed an input or output"),
    DeedWords("process.flow_ended", "Input or output of a process ended", "took an input or output away"),
    DeedWords("process.issue_added", "Issue of a process added", "added an issue"),
    DeedWords("process.issue_changed", "Issue of a process changed", "changed an issue"),
    DeedWords("process.issue_ended", "Issue of a process ended", "took an issue away"),
    DeedWords("process.party_added", "Interested party of a process added", "added an interested party"),
    DeedWords(
        "process.party_changed", "Interested party of a process changed", "changed an interested party"
    ),
    DeedWords("process.party_ended", "Interested party of a process ended", "took an interested party away"),
    DeedWords("process.role_added", "Required role of a process added", "added a required role"),
    DeedWords("process.role_changed", "Required role of a process changed", "changed a required role"),
    DeedWords("process.role_ended", "Required role of a process ended", "took a required role away"),
    DeedWords("context_issue.added", "Issue added", "added an issue"),
    DeedWords("context_issue.changed", "Issue changed", "changed an issue"),
    DeedWords("context_issue.ended", "Issue ended", "marked an issue as gone"),
    DeedWords("context_issue.reviewed", "Issue reviewed", "went through an issue"),
    DeedWords("context_party.added", "Interested party added", "added an interested party"),
    DeedWords("context_party.changed", "Interested party changed", "changed an interested party"),
    DeedWords("context_party.ended", "Interested party ended", "marked an interested party as gone"),
    DeedWords("context_party.reviewed", "Interested party reviewed", "went through an interested party"),
    DeedWords("context_role.added", "Required role added", "added a required role"),
    DeedWords("context_role.changed", "Required role changed", "changed a required role"),
    DeedWords("context_role.ended", "Required role ended", "marked a required role as gone"),
)
