"""The audits of two years: a programme for each year, every visit of it, and the audit that is under way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Sequence
from datetime import date

from app.demo.agenda import Story
from app.demo.audit_steps import AuditSteps, Cell
from app.demo.finding_steps import FindingSteps, PutRight, answer_one
from app.demo.nonconformity_steps import QUALITY_MANAGER, TOP_MANAGEMENT
from app.demo.stories.improvements import carried
from app.demo.stories.purchasing import found_again
from app.demo.stories.visits import VISITS, Visit
from app.improvements.models import Improvement

QUALIFIED, BEGUN = 728, 722
PURCHASING = 1  # the visit to Purchasing in Umeå that is under way
TO_COME: dict[Cell, int] = {
    ("SRV", "LEE"): -25,
    ("SHP", "LEE"): -40,
    ("TST", "UME"): -70,
    ("MAC", "GDA"): -95,
}
CONFORMING = (
    ("conform", "Followed with three orders; the records agree with what people say."),
    ("conform", "Seen at both shifts; people know the limit without looking it up."),
    ("positive", "The team shows its own figures at the board and speaks about them every morning."),
)


def audit_stories(steps: AuditSteps) -> Sequence[Story]:
    """Return the stories: who may audit, a programme for each year, and each visit."""
    days = [visit.day for visit in VISITS] + [PURCHASING, *TO_COME.values()]
    years = sorted({steps.stage.date_of(day).year for day in days})
    return (
        _qualified(steps),
        *(_programme(steps, year) for year in years),
        *(_visited(steps, visit) for visit in VISITS),
        _under_way(steps),
    )


def _qualified(steps: AuditSteps) -> Story:
    yield QUALIFIED
    steps.qualified()


def _programme(steps: AuditSteps, year: int) -> Story:
    """Tell of a programme: the calendar asks for it on 1 November, the first one is begun by hand."""
    stage = steps.stage
    first = min(BEGUN, stage.days_to(date(year - 1, 11, 3)))
    yield first
    programme_id = steps.programme(year)
    yield first - 6
    steps.plan_months(programme_id, _months(steps, year))
    answers = {
        "objectives": "Find out whether the corrective actions of the last year hold where people work.",
        "methods": "On site, by interview and sample; one lead auditor and one auditor",
        "resources": "Twelve auditor days, travel to Gdańsk and Leeds",
    }
    stage.complete(QUALITY_MANAGER, programme_id, "build_programme", answers)
    yield first - 9
    stage.approve(TOP_MANAGEMENT, programme_id, "approve_programme")
    yield stage.days_to(date(year + 1, 1, 12))
    lessons = {"lessons": "Audits that look at last year's actions find more than those that read documents."}
    reason = {"unfinished_reason": "What was not reached is in the programme of the next year."}
    stage.complete(QUALITY_MANAGER, programme_id, "close_programme", lessons | reason)


def _months(steps: AuditSteps, year: int) -> dict[Cell, list[int]]:
    """Return the months of a year in which each place is visited."""
    days = [((one.process, one.site), one.day) for one in VISITS if one.is_planned]
    found: dict[Cell, list[int]] = defaultdict(list)
    for cell, day in [*days, (("PUR", "UME"), PURCHASING), *TO_COME.items()]:
        when = steps.stage.date_of(day)
        if when.year == year:
            found[cell].append(when.month)
    return found


def _visited(steps: AuditSteps, visit: Visit) -> Story:
    """Tell of one audit from its plan to its end; what a key names goes on in a story of its own."""
    stage, findings = steps.stage, FindingSteps(steps.stage, visit.site)
    audit_id = yield from _begun(steps, visit)
    yield visit.day
    finding_id = _carried_out(steps, visit, audit_id)
    if visit.key:
        stage.known |= {f"audit:{visit.key}": audit_id, f"finding:{visit.key}": finding_id}
    yield visit.day - 6
    steps.reported(audit_id, visit.report)
    yield visit.day - 8
    stage.approve_by_all(audit_id, "sign_report")
    if visit.key:
        return
    if visit.put_right:
        yield from _put_right(findings, finding_id, visit.put_right, visit.day)
    elif visit.found:
        yield visit.day - 12
        findings.improve(finding_id, visit.improvement(stage))
    yield visit.day - 44
    steps.close(audit_id)
    if visit.taken_up_by:
        yield from carried(stage, stage.linked(finding_id, Improvement), visit.taken_up_by, visit.day - 16)


def _begun(steps: AuditSteps, visit: Visit) -> Generator[int, None, int]:
    """Launch and plan a visit three weeks ahead, let the auditee answer; the story gets the audit's id."""
    stage, ahead = steps.stage, visit.day + 24
    yield ahead
    when = stage.date_of(visit.day)
    if visit.is_planned:
        programme_id = steps.programme(when.year)
        audit_id = steps.launch(programme_id, visit.process, visit.site, when.month)
    else:
        audit_id = stage.known[f"follow_up:{visit.key}"]
    steps.plan(audit_id, visit.site, (when - stage.today()).days)
    yield from steps.acknowledged(audit_id, visit.site, visit.day + 13)
    return audit_id


def _carried_out(steps: AuditSteps, visit: Visit, audit_id: int) -> int:
    """Ask, answer and meet; return the id of the finding, 0 without one."""
    if visit.question:
        steps.ask(audit_id, visit.question)
    steps.prepared(audit_id)
    lines = steps.line_ids(audit_id)
    asked = steps.line_about(audit_id, visit.about) if visit.found else 0
    for place, line_id in enumerate(lines):
        result, seen = (visit.result, visit.seen) if line_id == asked else CONFORMING[place % len(CONFORMING)]
        answer_one(steps.stage, audit_id, line_id, result, seen, visit.interviewee)
    steps.met(audit_id, visit.present)
    return FindingSteps(steps.stage, visit.site).write(asked, visit.found) if visit.found else 0


def _put_right(findings: FindingSteps, finding_id: int, what: PutRight, day: int) -> Story:
    yield day - 10
    findings.respond(finding_id, what)
    yield day - 13
    findings.accept(finding_id)
    yield day - 41
    findings.close(finding_id, what)


def _under_way(steps: AuditSteps) -> Story:
    """Tell of the audit of Purchasing that began yesterday, and found again what was put right."""
    visit = Visit(PURCHASING, "PUR", "UME")
    audit_id = yield from _begun(steps, visit)
    yield PURCHASING + 1
    steps.prepared(audit_id)
    yield PURCHASING
    steps.answer(audit_id, (("conform", "Seen at four of four suppliers."),), most=1)
    found_again(steps.stage, audit_id)
