"""The 38 traps of SpiffWorkflow 3.2.0 that were found by running it, and what became of each here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_ENGINE = "tests/workflow/engine/test_{0}.py::test_{1}"
_GATE = "tests/workflow/validation/test_{0}.py::test_{1}"
_ELEMENT = _GATE.format("rules", "an_element_that_is_not_executed_is_refused_by_name")
_STRUCTURE = _GATE.format("rules", "a_broken_structure_is_refused")
_MARK = _GATE.format("rules", "a_wrong_mark_is_refused")


class Answer(StrEnum):
    """How a trap is dealt with."""

    CLOSED = "closed"
    REFUSED = "refused by the gate"
    IMPOSSIBLE = "impossible here"


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap: its number, what goes wrong, our answer, and the test that shows it."""

    number: int
    trap: str
    answer: Answer
    how: str
    test: str


def _engine(number: int, trap: str, how: str, file: str, test: str, answer: Answer = Answer.CLOSED) -> Trap:
    return Trap(number, trap, answer, how, _ENGINE.format(file, test))


def _refused(number: int, trap: str, rule: str, test: str) -> Trap:
    return Trap(number, trap, Answer.REFUSED, f"rule `{rule}`", test)


TRAPS: tuple[Trap, ...] = (
    _engine(
        1,
        "Stored states lose all task data when their tasks are reordered.",
        "Tasks are restored parents first.",
        "snapshots",
        "a_state_with_shuffled_tasks_keeps_its_data",
    ),
    _engine(
        2,
        "Restored multi-instance tasks hang with a freshly parsed spec.",
        "Callbacks are connected after each parse.",
        "snapshots",
        "restored_instances_of_a_fresh_program_finish",
    ),
    _engine(
        3,
        "A field named `typename` makes an instance unreadable.",
        "The name is reserved at the border.",
        "values",
        "reserved_names_are_refused",
    ),
    _engine(
        4,
        "A restored workflow has the library's unsafe script engine.",
        "It is built with ours.",
        "snapshots",
        "a_restored_instance_has_our_engine",
    ),
    _engine(
        5,
        "`task.run()` accepts finished and future tasks.",
        "Only open tasks of a person are run.",
        "runtime",
        "a_done_task_cannot_be_completed_again",
    ),
    _refused(6, "A plain task waits for a human.", "element.task", _ELEMENT),
    _engine(
        7,
        "What follows a fired timer waits for a second call.",
        "An act runs until nothing moves.",
        "timers",
        "what_follows_a_timer_runs_in_the_same_act",
    ),
    _engine(
        8,
        "Tasks deeper than 1,000 levels disappear and the instance “completes”.",
        "The limit is lifted, asserted, and the tree is trimmed.",
        "trim",
        "tasks_below_a_thousand_levels_stay_visible",
    ),
    _refused(9, "A parallel gateway in a loop explodes.", "loop.parallel", _STRUCTURE),
    _refused(
        10, "An interrupting event sub-process does not interrupt.", "element.eventSubProcess", _ELEMENT
    ),
    _refused(11, "An error event sub-process runs at the start.", "element.eventSubProcess", _ELEMENT),
    _refused(
        12,
        "A timer event sub-process that has not fired blocks completion.",
        "element.eventSubProcess",
        _ELEMENT,
    ),
    _refused(13, "A message event sub-process changes the shared spec.", "element.eventSubProcess", _ELEMENT),
    _refused(14, "Link events end the instance early.", "element.linkEventDefinition", _ELEMENT),
    _refused(15, "A compensation throw does nothing.", "element.compensateEventDefinition", _ELEMENT),
    _refused(16, "A condition on a flow that leaves a task is ignored.", "flow.condition", _STRUCTURE),
    _refused(
        17,
        "Error codes are not scoped to their sub-process.",
        "error.caught_once`; errors of operations are scoped by the engine as well: `take_error_boundary",
        _STRUCTURE,
    ),
    _engine(
        18,
        "A failing step leaves the task in ERROR and its data half written.",
        "The instance in memory is spoilt; only a fresh load goes on.",
        "operations",
        "a_failing_operation_spoils_the_instance",
    ),
    _refused(
        19, "Two timers behind one event-based gateway share a due date.", "gateway.one_timer", _STRUCTURE
    ),
    _engine(
        20,
        "`waiting_events()` hides the timers of gateways.",
        "Timers are read from the waiting tasks themselves.",
        "timers",
        "the_timer_of_an_event_based_gateway_is_listed",
    ),
    _engine(
        21,
        "Decision tables never check uniqueness; ranges fail or never match.",
        "Decisions are asked of our own engine.",
        "operations",
        "a_rule_task_asks_the_decision_port",
        Answer.IMPOSSIBLE,
    ),
    _engine(
        22,
        "Unquoted ISO 8601 literals are errors.",
        "They are taken as they stand.",
        "timers",
        "literals_are_taken_as_they_stand",
    ),
    _engine(
        23,
        "Naive dates use the zone of the import; P1M adds the days of the start month.",
        "Naive moments are refused, months are calendar months.",
        "durations",
        "a_duration_is_added_by_the_calendar",
    ),
    _refused(
        24, "Sequential instances over a list without output fail at the second.", "instances.output", _MARK
    ),
    _engine(
        25,
        "A number of instances with an existing output list is a NameError.",
        "Our spec begins with an empty list.",
        "instances",
        "results_of_a_number_of_instances_are_collected",
    ),
    _engine(
        26,
        "Lists are cut when parallel branches join.",
        "Expressions never read task data.",
        "constructs",
        "a_join_never_changes_what_expressions_see",
        Answer.IMPOSSIBLE,
    ),
    _engine(
        27,
        "Nested values are shared between tasks.",
        "Data is copied deeply at the border.",
        "values",
        "data_is_copied_deeply",
    ),
    _engine(
        28,
        "Migration restarts timers, drops drafts, and accepts the removal of the active task.",
        "Instances stay with their bundle; a state loads with no other.",
        "snapshots",
        "a_state_of_another_bundle_is_refused",
        Answer.IMPOSSIBLE,
    ),
    _engine(
        29,
        "A wrong spec version fails with “'module' object is not callable”.",
        "The state names its bundle, and unknown tasks are named.",
        "snapshots",
        "a_state_of_another_diagram_is_named",
    ),
    _engine(
        30,
        "Moments in task data silently become text.",
        "What JSON cannot keep is refused.",
        "snapshots",
        "values_that_json_cannot_keep_are_refused",
    ),
    _engine(
        31,
        "Dates and decimals cannot be stored.",
        "They never enter task data.",
        "values",
        "values_that_are_not_plain_are_refused",
    ),
    Trap(
        32,
        "Two editor descriptors with equal local names stop the diagram from loading.",
        Answer.IMPOSSIBLE,
        "No attribute of ours repeats a name of BPMN, and only our descriptor is loaded.",
        _GATE.format("reference", "our_attributes_repeat_no_name_of_bpmn"),
    ),
    Trap(
        33,
        "Attributes of other tools are dropped in silence.",
        Answer.CLOSED,
        "They are mapped on import, the rest is listed, and the gate refuses leftovers.",
        "tests/workflow/compile/test_imports.py::test_marks_of_other_tools_become_ours",
    ),
    Trap(
        34,
        "A text with an XML declaration cannot be parsed.",
        Answer.IMPOSSIBLE,
        "Only bytes are read.",
        "tests/foundation/test_xml.py::test_a_declared_encoding_is_read",
    ),
    _engine(
        35,
        "The library masks errors of services as a NameError.",
        "Operations go through our own task spec.",
        "operations",
        "an_error_of_an_operation_comes_out_unchanged",
    ),
    _engine(
        36,
        "A message nobody waits for raises and is lost; a non-interrupting message boundary hears once.",
        "The refusal is named and harmless, messages are stored; such boundaries are refused.",
        "messages",
        "a_message_nobody_waits_for_is_refused_and_harmless",
    ),
    _refused(37, "Conditional events are not polled.", "element.conditionalEventDefinition", _ELEMENT),
    _engine(
        38,
        "Migration strands running multi-instance tasks.",
        "Instances stay with their bundle; a state loads with no other.",
        "snapshots",
        "a_state_of_another_bundle_is_refused",
        Answer.IMPOSSIBLE,
    ),
)
