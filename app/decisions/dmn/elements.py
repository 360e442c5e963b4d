"""The elements of a decision model: inputs, decisions, functions and services, as read."""

from __future__ import annotations

from dataclasses import dataclass

from app.decisions.dmn.boxed import Boxed, FunctionBox
from app.decisions.feel.types import Type


@dataclass(frozen=True, slots=True)
class InputData:
    """A value the model is given."""

    id: str
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the model decides. Shape: `requires` ids of inputs, decisions, functions and services."""

    id: str
    name: str
    type: Type
    logic: Boxed
    requires: tuple[str, ...] = ()
    table: str | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A function of the model ("business knowledge model")."""

    id: str
    name: str
    type: Type
    function: FunctionBox | None
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A part of the model that can be called. Shape: ids; its parameters are inputs, then decisions."""

    id: str
    name: str
    type: Type
    input_data: tuple[str, ...]
    input_decisions: tuple[str, ...]
    outputs: tuple[str, ...]


Element = InputData | Decision | KnowledgeModel | DecisionService
