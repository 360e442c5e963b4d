"""The types a model defines for itself (item definitions), built on FEEL's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from app.decisions.dmn.notes import ReadingNotes
from app.decisions.dmn.xml import child, children, local_name, text_of
from app.decisions.feel.expression import UnaryTests
from app.decisions.feel.runtime import Runtime
from app.decisions.feel.scope import Scope
from app.decisions.feel.types import ANY, BUILTIN_TYPES, ContextType, FunctionType, ListType, Type
from app.decisions.feel.values import Value
from app.foundation.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class RestrictedType(Type):
    """Those values of a type that pass the allowed-values tests of the model."""

    base: Type
    allowed: UnaryTests

    def admits(self, value: Value, runtime: Runtime) -> bool:
        """Check the kind, then the tests."""
        if not self.base.admits(value, runtime):
            return False
        return self.allowed.matches_in(value, Scope({}), runtime) is True


class ItemTypes:
    """Resolves type references of one model; `known` grows as definitions are read."""

    def __init__(self, root: etree._Element, notes: ReadingNotes, imported: Mapping[str, Type]) -> None:
        self._notes = notes
        self.known: dict[str, Type] = dict(imported)
        self._waiting = {element.get("name", ""): element for element in children(root, "itemDefinition")}
        self._open: set[str] = set()
        for name in tuple(self._waiting):
            self._define(name)

    def named(self, reference: str | None, element: etree._Element) -> Type:
        """Return the type of a reference such as `number`, `feel:number` or a name of the model."""
        name = (reference or "").strip()
        if not name or name in {"Any", "feel:Any"}:
            return ANY
        for candidate in (name, name.rpartition(":")[2], name.rpartition("}")[2]):
            if candidate in self._waiting:
                return self._define(candidate)
            if candidate in self.known:
                return self.known[candidate]
            if candidate in BUILTIN_TYPES:
                return BUILTIN_TYPES[candidate]
        self._notes.add(
            element,
            "dmn-type",
            _("There is no type “%(name)s”.", name=name),
            _("Define it, or choose another."),
        )
        return ANY

    def of(self, element: etree._Element | None) -> Type:
        """Return the type an element names in its typeRef attribute or child; any without one."""
        if element is None:
            return ANY
        inner = child(element, "typeRef")
        return self.named(inner.text if inner is not None else element.get("typeRef"), element)

    def _define(self, name: str) -> Type:
        if name in self.known and name not in self._waiting:
            return self.known[name]
        element = self._waiting[name]
        if name in self._open:
            self._notes.add(element, "dmn-type-cycle", _("The type “%(name)s” contains itself.", name=name))
            return ANY
        self._open.add(name)
        self.known[name] = self._build(element)
        self._open.discard(name)
        del self._waiting[name]
        return self.known[name]

    def _build(self, element: etree._Element) -> Type:
        base = self._restricted(self._base(element), child(element, "allowedValues"))
        if element.get("isCollection") in {"true", "1"}:
            base = ListType(base)
        return self._restricted(base, child(element, "typeConstraint"))

    def _base(self, element: etree._Element) -> Type:
        components = children(element, "itemComponent")
        if components:
            return ContextType(tuple((part.get("name", ""), self._build(part)) for part in components))
        function = child(element, "functionItem")
        if function is not None:
            parameters = tuple(self.of(parameter) for parameter in children(function, "parameters"))
            return FunctionType(parameters, self.named(function.get("outputTypeRef"), function))
        return self.of(element)

    def _restricted(self, base: Type, constraint: etree._Element | None) -> Type:
        text = text_of(constraint)
        if constraint is None or not text:
            return base
        allowed = self._notes.unary_tests(constraint, text)
        return base if allowed is None else RestrictedType(base, allowed)


def declared_names(root: etree._Element) -> set[str]:
    """Return every name the model gives to a variable, entry, parameter or component."""
    carriers = {
        "variable", "itemComponent", "inputData", "decision", "businessKnowledgeModel", "decisionService",
        "formalParameter", "parameter", "parameters", "column", "output", "import", "informationItem",
    }  # fmt: skip
    names = {
        element.get("name", "")
        for element in root.iter()
        if isinstance(element.tag, str) and local_name(element) in carriers
    }
    names |= {element.get("iteratorVariable", "") for element in root.iter("{*}for", "{*}some", "{*}every")}
    # Dots part a path; a name with a dot is found by its path when it is looked up.
    return {" ".join(name.split()) for name in names if "." not in name} - {""}
