"""How the risks of the register go: registered in the first days, answered when something happens."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.agenda import Story
from app.demo.risk_steps import GAUGE_RISKS, NOT_ASSESSED, RISKS, SPARE_SEALS, RiskEntry, RiskSteps


def risk_stories(steps: RiskSteps) -> Sequence[Story]:
    """Return the stories of the register: all risks but the last are assessed and answered."""
    by_key = {one.key: one for one in RISKS}
    return (
        *(_accepted(steps, by_key[key]) for key in ("hot_work", "wrong_trim", "castings")),
        *(_accepted(steps, one) for one in GAUGE_RISKS),
        _lived_with_again(steps, by_key["seals_leak"]),
        _treated(steps, by_key["transit"]),
        _treated_late(steps, by_key["coupling_fails"]),
        _opportunity(steps, SPARE_SEALS),
        _registered(steps, NOT_ASSESSED),
    )


def _assessed(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 731
    record_id = steps.register(one)
    yield 727
    steps.assess(one, record_id)


def _accepted(steps: RiskSteps, one: RiskEntry) -> Story:
    """Tell of a risk that its owner lives with; its regular reviews are routine."""
    yield from _assessed(steps, one)
    yield 722
    steps.accept(one, "Rare, and found before it leaves the house.", days=330)


def _lived_with_again(steps: RiskSteps, one: RiskEntry) -> Story:
    """Tell of a risk whose acceptance ended with a failure, and which is accepted since its CAPA worked."""
    yield from _accepted(steps, one)
    yield 80
    steps.accept(one, "The limit for wear is lived, and no pump has leaked since.", days=300)


def _treated(steps: RiskSteps, one: RiskEntry) -> Story:
    yield from _assessed(steps, one)
    yield 721
    treatment_id = steps.treat(one, "Crates to length for parts above two metres.", "1-2", days=40)
    yield 690
    steps.carry_out(one, treatment_id)
    yield 686
    lower = steps.reassess(one.site, one.key, "1-2", "No damage since the crates fit.")
    yield 684
    steps.confirm_lower(lower, "Twelve deliveries without a bent part.")


def _treated_late(steps: RiskSteps, one: RiskEntry) -> Story:
    """Tell of a risk that was accepted until something happened; its treatment is under way."""
    yield from _accepted(steps, one)
    yield 13
    steps.ask_again(one, "The second cycle takes longer than planned.")
    yield 12
    steps.reassess(one.site, one.key, "4-4", "Until the wrenches record every bolt, it may come back.")
    yield 9
    treatment_id = steps.treat(one, "Torque wrenches that record every bolt.", "1-4", days=25)
    yield 7
    steps.approve(treatment_id)


def _opportunity(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 60
    record_id = steps.register(one)
    yield 57
    steps.assess(one, record_id)
    yield 50
    action = "Print the measured figures on the seal set."
    treatment_id = steps.treat(one, action, "5-3", days=75, option="enhance")
    yield 48
    steps.approve(treatment_id)


def _registered(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 3
    steps.register(one)
