"""The compiler: the author's BPMN in, frozen specifications and the engine's document out. No database."""

from app.workflow.compile.compiler import CannotCompile, called_keys, compile_diagram
from app.workflow.compile.imports import Dropped, ImportedDiagram, import_diagram
from app.workflow.compile.specs import (
    BranchSpec,
    CallSpec,
    CatchSpec,
    CompiledDiagram,
    DecisionSpec,
    EndSpec,
    GatewaySpec,
    ServiceTaskSpec,
    StripStep,
    TimerSpec,
    UserTaskSpec,
)

__all__ = [
    "BranchSpec",
    "CallSpec",
    "CannotCompile",
    "CatchSpec",
    "CompiledDiagram",
    "DecisionSpec",
    "Dropped",
    "EndSpec",
    "GatewaySpec",
    "ImportedDiagram",
    "ServiceTaskSpec",
    "StripStep",
    "TimerSpec",
    "UserTaskSpec",
    "called_keys",
    "compile_diagram",
    "import_diagram",
]
