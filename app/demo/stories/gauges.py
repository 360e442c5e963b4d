"""A weakness that goes round: gauges past their date, first in Gdańsk, then in Leeds and Umeå.

The first corrective action does not hold; the second does, but only in Gdańsk. The programme brings the
auditors back to Umeå, who find again what was corrected there. The CAPA that follows covers all sites, a
procedure is revised for it, and the exposure falls.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.demo import plans, reports
from app.demo.agenda import Story
from app.demo.audit_steps import AuditSteps, follow_up_of
from app.demo.capa_steps import CapaSteps, Cause, Plan
from app.demo.document_steps import GAUGE_CONTROL, DocumentSteps
from app.demo.document_texts import GAUGES_EVERYWHERE
from app.demo.finding_steps import FindingSteps, PutRight
from app.demo.stories.cast import Cast
from app.documents.change_models import DocumentChange
from app.organisation.kinds import KindKey

FOUND_IN_UME = PutRight(
    "The three gauges were taken away and calibrated; one was 4 % low, its 210 bolts were checked again.",
    "",
    "",
    "Sixteen gauges seen in Umeå and twelve in Leeds, all in date. A cabinet stays shut otherwise.",
    "",
)


def gauge_stories(cast: Cast) -> Sequence[Story]:
    """Return the stories of the gauges, from the first report to the last signature."""
    return (
        _first(cast),
        _corrective(cast),
        _came_back(cast),
        _corrected_only(cast),
        _in_the_vans(cast),
        _procedure(cast),
        _systemic(cast),
    )


def _first(cast: Cast) -> Story:
    one = reports.GAUGE_FIRST
    record_id = yield from cast.reports.begun(688, one)
    yield 686
    cast.reports.confirm(one, record_id)
    yield 683
    cast.reports.close(one, record_id)


def _corrective(cast: Cast) -> Story:
    """Tell of the CAPA in Gdańsk: its first cycle fails, its second one holds."""
    one, capa = reports.GAUGE_AGAIN, CapaSteps(cast.stage, "GDA", "aneta.zielinska")
    record_id = yield from cast.reports.begun(641, one)
    yield 639
    cast.reports.confirm(one, record_id, capa_owner_id=cast.stage.person(capa.owner))
    capa.taken_up()
    cast.stage.known["capa:gauges"] = capa.record_id
    yield 635
    cast.reports.close(one, record_id)
    yield from _cycle(capa, plans.NOBODY_LOOKS, plans.REMINDERS, (630, 624, 612, 600))
    yield 508
    capa.check("1", "One gauge of forty was past its date again, and 40 shafts were measured with it.")
    yield 504
    capa.review_failure(
        "tomasz.wilk", "A reminder asks people to think of it. Something has to stop the gauge."
    )
    yield 500
    cast.risks.answer("gauges_gda", "3-4", "It came back in spite of the reminders.")
    yield from _cycle(capa, plans.NOTHING_STOPS, plans.LOCKED_CABINET, (490, 482, 452, 440))
    yield 346
    capa.check("0", "Sixty gauges seen in three months, all in date. The cabinet refused two.")
    yield 343
    capa.review_risks()
    yield 339
    cast.risks.answer("gauges_gda", "2-4", "The cabinet gives out nothing that is past its date.")
    yield 337
    cast.risks.confirm("gauges_gda", "Sixty gauges seen, none past its date.")
    yield 334
    capa.close("What people must remember is forgotten. What stops by itself is not.")


def _cycle(capa: CapaSteps, cause: Cause, plan: Plan, days: tuple[int, int, int, int]) -> Story:
    """Tell of one cycle: analysed, planned and approved, carried out, verified."""
    analysed, planned, done, verified = days
    yield analysed
    capa.analyse(cause)
    yield planned
    capa.plan(plan)
    yield planned - 3
    capa.approve_by_all()
    for place, action in enumerate(plan.plain):
        yield done - 4 * place
        capa.carry_out(action, "Done as planned, see the picture at the cabinet.")
        yield done - 4 * place - 2
        capa.verify_action(action, "Seen on the spot.")
    yield verified
    capa.verify("All actions are in place.")


def _came_back(cast: Cast) -> Story:
    """Tell of the recurrence that the first cycle should have prevented."""
    one = reports.GAUGE_CAME_BACK
    record_id = yield from cast.reports.begun(545, one)
    yield 543
    cast.reports.confirm(one, record_id)
    yield 538
    cast.risks.answer("gauges_gda", "3-4", "Twice in four months is not by chance.")
    yield 536
    cast.reports.close(one, record_id)


def _corrected_only(cast: Cast) -> Story:
    """Tell of the same weakness in Umeå, where nobody knows of Gdańsk and nobody asks for the cause."""
    one = reports.GAUGE_UMEA
    record_id = yield from cast.reports.begun(350, one)
    yield 348
    cast.reports.confirm(one, record_id)
    yield 346
    cast.reports.decide_route(record_id, "correction_only", "Calibrated and within its limits.")
    yield 343
    cast.reports.close(one, record_id)


def _in_the_vans(cast: Cast) -> Story:
    """Tell of Leeds, where triage names the cause: it is that of Gdańsk, so the weakness is systemic."""
    one, capa = reports.GAUGE_LEEDS, CapaSteps(cast.stage, "LEE", "james.ward")
    record_id = yield from cast.reports.begun(336, one)
    yield 334
    cause = cast.stage.company.link(KindKey.CAUSE_CATEGORY, "LIMIT")
    owner = cast.stage.person(capa.owner)
    cast.reports.confirm(one, record_id, cause_category_id=cause, occurrence="3", capa_owner_id=owner)
    capa.taken_up()
    yield 330
    cast.risks.answer("gauges_lee", "3-3", "What happened in Gdańsk happens here.")
    cast.reports.close(one, record_id)
    yield from _cycle(capa, plans.IN_THE_VANS, plans.CABINET_FOR_VANS, (326, 322, 290, 282))
    yield 188
    capa.check("0", "Six vans seen in three months; the cabinet gave out gauges in date only.")
    yield 184
    if cast.stage.is_open(capa.record_id, "review_risks"):
        capa.review_risks()
    yield 180
    cast.risks.answer("gauges_lee", "2-3", "The cabinet in Leeds gives out nothing that is past its date.")
    yield 178
    cast.risks.confirm("gauges_lee", "Six vans seen, no gauge past its date.")
    yield 174
    capa.close("Gauges belong into a cabinet, not into a van.")


def _procedure(cast: Cast) -> Story:
    """Tell of the procedure that the second cycle brought."""
    documents = DocumentSteps(cast.stage)
    yield from documents.written(GAUGE_CONTROL, 476)


def _systemic(cast: Cast) -> Story:
    """Tell of the major finding, its CAPA for all sites, and the procedure revised for it."""
    stage, findings = cast.stage, FindingSteps(cast.stage, "UME")
    capa = CapaSteps(stage, "UME", "hanna.strand")
    yield 313
    audit_id, finding_id = stage.known["audit:gauges"], stage.known["finding:gauges"]
    capa.take_up_from(finding_id)
    findings.respond(finding_id, FOUND_IN_UME)
    cast.risks.answer("gauges_ume", "3-4", "Seven weeks without anybody noticing.")
    yield 306
    stage.known["follow_up:gauges_again"] = follow_up_of(audit_id)
    findings.accept(finding_id)
    yield 303
    capa.analyse(plans.LEARNED_ALONE)
    yield 298
    capa.plan(plans.CABINETS)
    yield 295
    capa.approve_by_all()
    yield from _revised(cast)
    for place, action in enumerate(plans.CABINETS.plain):
        yield 268 - 6 * place
        capa.carry_out(action, "Done as planned; seen by both shifts.")
        yield 266 - 6 * place
        capa.verify_action(action, "Seen on the spot.")
    yield 242
    capa.verify("The cabinet is in use, and the procedure holds at all sites.")
    yield 146
    capa.check("0", "Ninety gauges seen at three sites in three months, none past its date.")
    yield 143
    capa.review_risks()
    yield from _lower(cast)
    yield 132
    capa.close("A corrective action is not over before the other sites have it.")
    yield 130
    findings.close(finding_id, FOUND_IN_UME)
    for key in ("gauges", "gauges_again"):
        AuditSteps(stage).close(stage.known[f"audit:{key}"])


def _revised(cast: Cast) -> Story:
    """Tell of the procedure of Gdańsk, revised to hold everywhere."""
    documents = DocumentSteps(cast.stage)
    yield 293
    change_id = cast.stage.latest(DocumentChange)
    summary = "Holds for all sites; the cabinet gives out nothing that is past its date."
    yield from documents.changed(GAUGE_CONTROL, change_id, GAUGES_EVERYWHERE, summary, 292)


def _lower(cast: Cast) -> Story:
    yield 140
    cast.risks.answer("gauges_ume", "2-3", "The cabinet in Umeå gives out nothing that is past its date.")
    yield 137
    cast.risks.confirm("gauges_ume", "Ninety gauges seen, none past its date.")
