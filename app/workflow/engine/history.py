"""How far an instance has come: what was done, what is in hand; and the cutting of the finished past.

What is cut from the tree is counted first, in the workflow's own data, so that pictures and the outcome
stay whole. The rows of the database hold the full story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.specs import Join
from SpiffWorkflow.util.task import TaskState

from app.workflow.engine.ports import ElementState
from app.workflow.engine.timers import RepeatingTimer

_KEY = "keel_history"
_LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


def all_tasks(workflow: Any) -> Iterator[Any]:
    """Yield every task of the instance, those of sub-processes and calls included."""
    yield from workflow.tasks.values()
    for subprocess in workflow.subprocesses.values():
        yield from subprocess.tasks.values()


def process_key_of(spiff_task: Any, definition_keys: frozenset[str]) -> str:
    """Return the key of the definition a task is drawn in."""
    workflow = spiff_task.workflow
    while workflow.spec.name not in definition_keys:
        workflow = workflow.parent_workflow
    return str(workflow.spec.name)


def element_states(
    workflow: Any, definition_keys: frozenset[str], process_key: str
) -> dict[str, ElementState]:
    """Return per element id of one definition how often it was done and how many are in hand."""
    past = _history(workflow)["done"] if process_key == workflow.spec.name else {}
    done: Counter[str] = Counter(past)
    here: Counter[str] = Counter()
    for spiff_task in all_tasks(workflow):
        element_id = spiff_task.task_spec.bpmn_id
        if element_id is None or isinstance(spiff_task.task_spec, LoopTask):
            continue  # the wrapper of a multi-instance task; its instances count
        if process_key_of(spiff_task, definition_keys) != process_key:
            continue
        if spiff_task.state == TaskState.COMPLETED:
            done[element_id] += 1
        elif _is_in_hand(spiff_task):
            here[element_id] += 1
    return {one: ElementState(done[one], here[one]) for one in sorted(set(done) | set(here))}


def ends_reached(workflow: Any) -> tuple[str, ...]:
    """Return the ids of the end events of the instance's own process, in the order of reaching them."""
    return (*_history(workflow)["ends"], *ends_in(workflow))


def ends_in(workflow: Any) -> tuple[str, ...]:
    """Return the ids of the end events that stand reached in the tree of a process or a called part."""
    ends = [
        (spiff_task.last_state_change, spiff_task.task_spec.bpmn_id)
        for spiff_task in workflow.tasks.values()
        if _is_end(spiff_task)
    ]
    return tuple(element_id for _moment, element_id in sorted(ends))


def trim(workflow: Any, definition_keys: frozenset[str]) -> None:
    """Cut the finished past when exactly one token is left and no sub-process is open.

    A token is one live task, or one activity with the boundary events that watch it. Its subtree is hung
    under the root; joins it may still meet lie inside that subtree.
    """
    if any(not subprocess.completed for subprocess in workflow.subprocesses.values()):
        return
    _trim_repetitions(workflow, definition_keys)
    anchor = _only_token(workflow)
    if anchor is None or anchor.parent in {None, workflow.task_tree}:
        return
    _keep_only(workflow, {workflow.task_tree.id} | {one.id for one in _subtree(anchor)}, definition_keys)
    workflow.task_tree.children = [anchor]
    anchor.parent = workflow.task_tree


def _trim_repetitions(workflow: Any, definition_keys: frozenset[str]) -> None:
    """Cut the finished firings of repeating timers: a daily one would else add its path every day."""
    spent: set[Any] = set()
    for repeating in workflow.tasks.values():
        is_repeating = isinstance(getattr(repeating.task_spec, "event_definition", None), RepeatingTimer)
        if is_repeating and repeating.state == TaskState.WAITING:
            branches = [child for child in repeating.children if _is_spent(workflow, child)]
            gone = {one.id for branch in branches for one in _subtree(branch)}
            repeating.children = [child for child in repeating.children if child.id not in gone]
            spent |= gone
    if spent:
        _keep_only(workflow, set(workflow.tasks) - spent, definition_keys)


def _keep_only(workflow: Any, kept: set[Any], definition_keys: frozenset[str]) -> None:
    _remember(workflow, kept, definition_keys)
    workflow.tasks = {guid: one for guid, one in workflow.tasks.items() if guid in kept}
    for owner in [guid for guid in workflow.subprocesses if guid not in kept]:
        del workflow.subprocesses[owner]
    workflow.last_task = None


def _is_spent(workflow: Any, branch: Any) -> bool:
    return all(
        one.has_state(TaskState.FINISHED_MASK)
        or one.task_spec is workflow.spec.end
        or isinstance(one.task_spec, BoundaryEventJoin)
        for one in _subtree(branch)
    )


def _only_token(workflow: Any) -> Any:
    live = [
        one
        for one in workflow.tasks.values()
        if one.has_state(_LIVE) and one.task_spec is not workflow.spec.end
    ]
    if not live:
        return None
    parents = {one.parent.id for one in live if one.parent is not None}
    if len(parents) == 1 and isinstance(live[0].parent.task_spec, BoundaryEventSplit):
        return live[0].parent
    is_single = len(live) == 1 and not isinstance(live[0].task_spec, Join)
    return live[0] if is_single else None


def _remember(workflow: Any, kept: set[Any], definition_keys: frozenset[str]) -> None:
    history = _history(workflow)
    done: Counter[str] = Counter(history["done"])
    for spiff_task in all_tasks(workflow):
        element_id = spiff_task.task_spec.bpmn_id
        is_past = _owner(spiff_task) not in kept and spiff_task.state == TaskState.COMPLETED
        if isinstance(spiff_task.task_spec, LoopTask):
            continue
        if is_past and element_id and process_key_of(spiff_task, definition_keys) == workflow.spec.name:
            done[element_id] += 1
    gone = [one for one in workflow.tasks.values() if one.id not in kept and _is_end(one)]
    ends = [one.task_spec.bpmn_id for one in sorted(gone, key=lambda one: one.last_state_change)]
    # A reminder drawn as a path of its own ends once per round: the outcome needs each end only once.
    workflow.data[_KEY] = {"done": dict(done), "ends": list(dict.fromkeys([*history["ends"], *ends]))}


def _owner(spiff_task: Any) -> Any:
    """Return the id of the task of the outermost workflow that a task belongs to."""
    owner = spiff_task.id
    workflow = spiff_task.workflow
    while workflow.parent_task_id is not None:
        owner = workflow.parent_task_id
        workflow = workflow.parent_workflow
    return owner


def _history(workflow: Any) -> dict[str, Any]:
    history: dict[str, Any] = workflow.data.get(_KEY, {"done": {}, "ends": []})
    return history


def _subtree(spiff_task: Any) -> Iterator[Any]:
    stack = [spiff_task]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(one.children)


def _is_end(spiff_task: Any) -> bool:
    return isinstance(spiff_task.task_spec, EndEvent) and spiff_task.state == TaskState.COMPLETED


def _is_in_hand(spiff_task: Any) -> bool:
    """Tell where the instance stands: boundary events and joins only wait beside their activity."""
    if spiff_task.state in {TaskState.READY, TaskState.STARTED}:
        return True
    is_bystander = spiff_task.parent is not None and isinstance(
        spiff_task.parent.task_spec, BoundaryEventSplit
    )
    return spiff_task.state == TaskState.WAITING and not is_bystander
