"""The engine room's engine: the only importer of SpiffWorkflow, behind a facade without its types."""

from app.workflow.engine.depth import assert_depth_lifted, lift_depth_limit
from app.workflow.engine.errors import (
    BadExpression,
    BpmnError,
    EngineFault,
    NobodyWaits,
    ProgramRefused,
    ScriptRefused,
    SnapshotRefused,
    SpoiltRuntime,
    StepBudgetExceeded,
    TaskNotLive,
    UncaughtError,
    UnsafeData,
)
from app.workflow.engine.ports import (
    CallBegun,
    CallEnded,
    Catch,
    DecisionCall,
    ElementState,
    EnginePorts,
    Evaluation,
    LiveTask,
    OperationCall,
    Outcome,
    Timer,
)
from app.workflow.engine.program import Bundle, Program, ProgramCache, build_program, programs
from app.workflow.engine.runtime import Runtime
from app.workflow.engine.values import clean

__all__ = [
    "BadExpression",
    "BpmnError",
    "Bundle",
    "CallBegun",
    "CallEnded",
    "Catch",
    "DecisionCall",
    "ElementState",
    "EngineFault",
    "EnginePorts",
    "Evaluation",
    "LiveTask",
    "NobodyWaits",
    "OperationCall",
    "Outcome",
    "Program",
    "ProgramCache",
    "ProgramRefused",
    "Runtime",
    "ScriptRefused",
    "SnapshotRefused",
    "SpoiltRuntime",
    "StepBudgetExceeded",
    "TaskNotLive",
    "Timer",
    "UncaughtError",
    "UnsafeData",
    "assert_depth_lifted",
    "build_program",
    "clean",
    "lift_depth_limit",
    "programs",
]
