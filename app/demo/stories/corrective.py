"""The CAPAs of the last months: one proven, one that failed and runs again, others on their way."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo import plans, reports
from app.demo.agenda import Story
from app.demo.capa_steps import CapaSteps
from app.demo.stories.cast import Cast


def capa_stories(cast: Cast) -> Sequence[Story]:
    """Return the stories of all CAPAs, each from its first report on."""
    return (
        _proven(cast),
        _failed_and_again(cast),
        _came_back(cast),
        _first_wrong_trim(cast),
        _waiting(cast),
        _investigated(cast),
        _waits_for_approval(cast),
        _carried_out(cast),
    )


def _proven(cast: Cast) -> Story:
    one, capa = reports.FLAT_FACES, CapaSteps(cast.stage, "GDA", "aneta.zielinska")
    first = yield from cast.reports.begun(205, one)
    yield 203
    cast.stage.spoken_of.add("seals_leak")
    cast.reports.confirm(one, first, capa_owner_id=cast.stage.person(capa.owner))
    capa.taken_up()
    yield 199
    cast.risks.reassess("GDA", "seals_leak", "3-4", "It happened, and the customer noticed.")
    yield 197
    cast.reports.close(one, first)
    yield 190
    capa.analyse(plans.HOLLOW_PLATE)
    yield 186
    capa.plan(plans.LIMIT_FOR_PLATES)
    yield 184
    capa.approve()
    capa.approve_at_the_top()
    for day, action in zip((176, 171, 166), plans.LIMIT_FOR_PLATES.actions, strict=True):
        yield day
        capa.carry_out(action, "Done as planned, see the records of the machine.")
        yield day - 2
        capa.verify_action(action, "Seen at machines L-11 and L-12.")
    yield 161
    capa.verify("All three actions are in place on both machines.")
    yield 97
    lapping = capa.training(plans.LIMIT_FOR_PLATES.actions[-1])
    lapping.evaluate("effective", "Every plate is measured, the log has no gap in ten weeks.")
    yield 95
    capa.check("1.1", "Two of 180 faces above the limit in two months, no complaint.")
    yield 92
    capa.review_risks()
    yield 89
    lower = cast.risks.reassess("GDA", "seals_leak", "2-4", "Wear is measured, the limit is kept.")
    yield 87
    cast.stage.spoken_of.discard("seals_leak")
    cast.risks.confirm_lower(lower, "Sixty days without a leak.")
    yield 85
    capa.close("Wear needs a number and a date, not an eye.")


def _failed_and_again(cast: Cast) -> Story:
    one, capa = reports.LOOSE_BOLTS, CapaSteps(cast.stage, "UME", "lars.ek")
    first = yield from cast.reports.begun(193, one)
    yield 191
    cast.stage.spoken_of.add("coupling_fails")
    cast.reports.confirm(one, first, capa_owner_id=cast.stage.person(capa.owner))
    capa.taken_up()
    yield 188
    cast.risks.reassess("UME", "coupling_fails", "3-4", "Three of twelve is not by chance.")
    yield 187
    cast.reports.close(one, first)
    yield 178
    capa.analyse(plans.BY_FEEL)
    yield 173
    capa.plan(plans.TORQUE_TRAINING)
    yield 171
    capa.approve()
    yield 170
    capa.approve_at_the_top()
    yield from _all_done(capa, (158, 156))
    yield 153
    capa.verify("Everybody was trained. The poster hangs at both benches.")
    yield 90
    torque = capa.training(plans.TORQUE_TRAINING.actions[0])
    torque.evaluate("not_effective", "Everybody knows the tool, and a bolt was left out all the same.")
    yield 86
    capa.check("2", "Figures are good, but it happened again at a customer's.")
    yield 82
    capa.review_failure("hanna.strand", "Training alone does not tighten a bolt. Look at the tool.")
    yield 80
    cast.stage.spoken_of.discard("coupling_fails")
    cast.risks.reassess("UME", "coupling_fails", "4-4", "It came back in spite of the training.")
    yield 66
    capa.analyse(plans.NO_LOCK)
    yield 60
    capa.plan(plans.LOCKED_TOOL)
    yield 57
    capa.approve()
    yield 56
    capa.approve_at_the_top()
    yield from _second_time(capa)


def _all_done(capa: CapaSteps, days: tuple[int, int]) -> Story:
    for day, action in zip(days, plans.TORQUE_TRAINING.actions, strict=True):
        yield day
        capa.carry_out(action, "Done, see the list of names.")
        yield day - 1
        capa.verify_action(action, "List and poster seen.")


def _second_time(capa: CapaSteps) -> Story:
    tool, lock, audit = plans.LOCKED_TOOL.actions
    yield 40
    capa.carry_out(tool, "Two tools are installed and calibrated.")
    yield 37
    capa.verify_action(tool, "Both tools write the torque to the order.")
    yield 21
    extension_id = capa.ask_for_time(lock, 35, "The supplier delivers the interlock three weeks late.")
    yield 20
    capa.grant_time(extension_id)
    yield 10
    capa.carry_out(audit, "Checked ten orders of last week with the new tool.")


def _came_back(cast: Cast) -> Story:
    one = reports.LOOSE_BOLTS_AGAIN
    record_id = yield from cast.reports.begun(105, one)
    yield 103
    cast.reports.confirm(one, record_id)
    yield 99
    cast.risks.reassess("UME", "coupling_fails", "3-4", "Seen again; the check will tell.")
    yield 97
    cast.reports.close(one, record_id)


def _first_wrong_trim(cast: Cast) -> Story:
    one = reports.WRONG_TRIM
    record_id = yield from cast.reports.begun(162, one)
    yield 160
    cast.reports.confirm(one, record_id)
    yield 159
    cast.reports.decide_route(record_id, "correction_only", "One order. Watch whether it comes back.")
    yield 157
    cast.reports.close(one, record_id)


def _waiting(cast: Cast) -> Story:
    one, capa = reports.WRONG_TRIM_AGAIN, CapaSteps(cast.stage, "GDA", "tomasz.wilk")
    record_id = yield from cast.reports.begun(118, one)
    yield 116
    cast.reports.confirm(one, record_id, capa_owner_id=cast.stage.person(capa.owner))
    capa.taken_up()
    yield 104
    capa.analyse(plans.TYPED_BY_HAND)
    yield 100
    capa.plan(plans.BARCODE)
    yield 98
    capa.approve()
    yield 96
    cast.reports.close(one, record_id)
    for day, action in zip((71, 58), plans.BARCODE.actions, strict=True):
        yield day
        capa.carry_out(action, "In use since Monday.")
        yield day - 3
        capa.verify_action(action, "Three orders read without typing.")
    yield 50
    capa.verify("Both balancing machines read the code.")


def _investigated(cast: Cast) -> Story:
    one, capa = reports.SCALDED_HAND, CapaSteps(cast.stage, "LEE", "james.ward")
    record_id = yield from cast.reports.begun(19, one)
    yield 17
    cast.reports.confirm(one, record_id, capa_owner_id=cast.stage.person(capa.owner))
    capa.taken_up()
    yield 12
    cast.stage.comment("priya.shah", capa.record_id, "Was the stand drained before?", ask="james.ward")
    yield 6
    capa.draft("analyse_cause", plans.FIRST_THOUGHTS)


def _waits_for_approval(cast: Cast) -> Story:
    one, capa = reports.POROUS_HOUSINGS, CapaSteps(cast.stage, "UME", "hanna.strand")
    record_id = yield from cast.reports.begun(46, one)
    yield 44
    cast.reports.confirm(one, record_id, capa_owner_id=cast.stage.person(capa.owner))
    capa.taken_up()
    yield 29
    capa.analyse(plans.NO_X_RAY)
    yield 25
    cast.reports.close(one, record_id)
    yield 3
    capa.plan(plans.SUPPLIER_TEST)


def _carried_out(cast: Cast) -> Story:
    one, capa = reports.BENT_SHAFTS, CapaSteps(cast.stage, "LEE", "james.ward")
    record_id = yield from cast.reports.begun(78, one)
    yield 76
    reason = "Third customer this spring, the earlier two are in the old list."
    owner = cast.stage.person(capa.owner)
    cast.reports.confirm(one, record_id, route_wish="capa", route_reason=reason, capa_owner_id=owner)
    capa.taken_up()
    yield 62
    capa.analyse(plans.NO_SUPPORT)
    yield 55
    capa.plan(plans.BETTER_CRATE)
    yield 52
    capa.approve()
    yield 49
    cast.reports.close(one, record_id)
    support, check, supplier = plans.BETTER_CRATE.actions
    yield 33
    capa.carry_out(support, "Crates have a middle support, drawing 33-118 shows it.")
    yield 31
    capa.verify_action(support, "Two crates opened, both with support.")
    yield 13
    capa.carry_out(check, "The photo now shows the support.")
    yield 4
    capa.ask_for_time(supplier, 21, "The carrier wants to talk to its insurance first.")
