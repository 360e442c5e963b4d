"""DMN XML (1.1 to 1.5) to decision models: everything is compiled on reading, all problems come at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from app.decisions.dmn.boxed import FunctionBox, Typed
from app.decisions.dmn.elements import Decision, DecisionService, Element, InputData, KnowledgeModel
from app.decisions.dmn.errors import ModelInvalid
from app.decisions.dmn.item_types import ItemTypes, declared_names
from app.decisions.dmn.model import DecisionModel
from app.decisions.dmn.notes import ReadingNotes
from app.decisions.dmn.reader_boxed import BoxedReader
from app.decisions.dmn.requirements import check_cycles
from app.decisions.dmn.table import DecisionTable
from app.decisions.dmn.xml import UnsafeXml, child, children, local_name, parse_safely
from app.decisions.feel.budget import Budget
from app.decisions.feel.types import ANY, FunctionType, Type
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _

NAMESPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")
REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
REQUIRED = ("requiredInput", "requiredDecision", "requiredKnowledge")


@dataclass(frozen=True, slots=True)
class Draft:
    """A model as far as it could be read, and what is wrong with it."""

    model: DecisionModel
    problems: tuple[Problem, ...]


def read_model(
    xml: bytes, *, name: str, imported: Sequence[DecisionModel] = (), budget: Budget | None = None
) -> DecisionModel:
    """Return the decision model of a DMN file.

    Shape: `name` is what messages call it; `imported` the models its imports mean, found by namespace.
    Errors: ModelInvalid listing every problem with its element id.
    """
    draft = read_draft(xml, name=name, imported=imported, budget=budget)
    if draft.problems:
        raise ModelInvalid(name, draft.problems)
    return draft.model


def read_draft(
    xml: bytes, *, name: str, imported: Sequence[DecisionModel] = (), budget: Budget | None = None
) -> Draft:
    """Return the model as far as it can be read, with all problems; unreadable parts refuse to be evaluated.

    Errors: ModelInvalid if the file is not DMN at all.
    """
    try:
        root = parse_safely(xml)
    except UnsafeXml as error:
        raise ModelInvalid(name, (error.problem,)) from error
    if local_name(root) != "definitions" or not (
        root.tag.startswith(tuple(f"{{{uri}" for uri in NAMESPACES))
    ):
        sentence = _("The file is not a DMN model.")
        raise ModelInvalid(name, (Problem("", "dmn-root", sentence, _("Export it as DMN 1.1 to 1.5.")),))
    return _ModelReader(root, name, imported, budget or Budget()).read()


class _ModelReader:
    """Reads one file; elements are kept by id, imported ones by the import's name and their key there."""

    def __init__(
        self, root: etree._Element, name: str, imported: Sequence[DecisionModel], budget: Budget
    ) -> None:
        self._root = root
        self._name = name
        self._declared = declared_names(root)
        self._elements: dict[str, Element] = {}
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._prefix_of: dict[str, str] = {}
        types: dict[str, Type] = {}
        names = set(self._declared)
        imports = list(self._imports(imported))
        for prefix, model in imports:
            names |= model.declared
            self._prefix_of[model.namespace] = prefix
            types |= {f"{prefix}.{known}": kind for known, kind in model.types.items()}
            self._take_over(prefix, model)
        self._notes = ReadingNotes(names, types, budget)
        self._report_missing_imports(imported)
        self._types = ItemTypes(root, self._notes, types)
        self._notes.use_types(self._types.known)
        self._boxed = BoxedReader(self._notes, self._types)

    def read(self) -> Draft:
        """Read all elements, then check what they require."""
        readers = {
            "inputData": self._input,
            "decision": self._decision,
            "businessKnowledgeModel": self._knowledge,
            "decisionService": self._service,
        }
        for element in children(self._root, *readers):
            read = readers[local_name(element)](element)
            if read.id in self._elements:
                self._notes.add(
                    element, "dmn-duplicate-id", _("Two elements have the id “%(id)s”.", id=read.id)
                )
            self._elements[read.id] = read
        self._drop_dangling()
        self._notes.problems.extend(check_cycles(self._elements))
        model = DecisionModel(
            name=self._name,
            namespace=self._root.get("namespace", ""),
            title=self._root.get("name", ""),
            elements=self._elements,
            types=self._types.known,
            prefixes=self._prefixes,
            used=frozenset(self._notes.used),
            paths=frozenset(self._notes.paths),
            whole=frozenset(self._notes.whole),
            declared=frozenset(self._declared),
        )
        return Draft(model, tuple(self._notes.problems))

    def _imports(self, imported: Sequence[DecisionModel]) -> Sequence[tuple[str, DecisionModel]]:
        by_namespace = {model.namespace: model for model in imported}
        return [
            (element.get("name", ""), by_namespace[element.get("namespace", "")])
            for element in children(self._root, "import")
            if element.get("namespace", "") in by_namespace
        ]

    def _report_missing_imports(self, imported: Sequence[DecisionModel]) -> None:
        known = {model.namespace for model in imported}
        for element in children(self._root, "import"):
            if element.get("namespace", "") not in known:
                sentence = _("The imported model “%(name)s” is not there.", name=element.get("name", ""))
                self._notes.add(element, "dmn-import", sentence, _("Publish both models together."))

    def _take_over(self, prefix: str, model: DecisionModel) -> None:
        for key, element in model.elements.items():
            far_key = f"{prefix}/{key}"
            self._elements[far_key] = _imported(element, prefix)
            self._prefixes[far_key] = (prefix, *model.prefixes.get(key, ()))

    def _input(self, element: etree._Element) -> Element:
        name = _variable_name(element)
        return InputData(element.get("id", name), name, self._types.of(child(element, "variable")))

    def _decision(self, element: etree._Element) -> Element:
        name = _variable_name(element)
        logic, kind = self._boxed.read_inside(element), self._types.of(child(element, "variable"))
        if isinstance(logic, Typed) and kind in {ANY, logic.type}:
            # One conversion is enough, and a table stands bare for those who look at its columns.
            kind, logic = logic.type, logic.inner
        return Decision(
            id=element.get("id", name),
            name=name,
            type=kind,
            logic=logic,
            requires=self._required(element),
            table=logic.id if isinstance(logic, DecisionTable) else None,
        )

    def _knowledge(self, element: etree._Element) -> Element:
        name = _variable_name(element)
        logic = child(element, "encapsulatedLogic")
        function = None if logic is None else self._boxed.read_function(logic, name)
        return KnowledgeModel(
            id=element.get("id", name),
            name=name,
            type=ANY,
            function=None if function is None else self._with_result(function, element),
            requires=self._required(element),
        )

    def _with_result(self, function: FunctionBox, element: etree._Element) -> FunctionBox:
        # The variable of a function carries either the function's own type or that of its result.
        kind = self._types.of(child(element, "variable"))
        result = _result_of(kind)
        return FunctionBox(function.name, function.parameters, function.body, result)

    def _service(self, element: etree._Element) -> Element:
        name = _variable_name(element)
        kind = self._types.of(child(element, "variable"))
        return DecisionService(
            id=element.get("id", name),
            name=name,
            type=_result_of(kind),
            input_data=self._references(element, "inputData"),
            input_decisions=self._references(element, "inputDecision"),
            outputs=self._references(element, "outputDecision"),
        )

    def _required(self, element: etree._Element) -> tuple[str, ...]:
        found: list[str] = []
        for requirement in children(element, *REQUIREMENTS):
            found += self._references(requirement, *REQUIRED)
        return tuple(found)

    def _references(self, element: etree._Element, *names: str) -> tuple[str, ...]:
        return tuple(self._key(reference.get("href", "")) for reference in children(element, *names))

    def _key(self, href: str) -> str:
        namespace, _separator, key = href.rpartition("#")
        if not namespace or namespace == self._root.get("namespace"):
            return key
        prefix = self._prefix_of.get(namespace)
        return href if prefix is None else f"{prefix}/{key}"

    def _drop_dangling(self) -> None:
        for key, element in tuple(self._elements.items()):
            missing = [wanted for wanted in _wanted(element) if wanted not in self._elements]
            if not missing:
                continue
            for wanted in missing:
                sentence = _(
                    "“%(name)s” requires “%(wanted)s”, which is not there.", name=element.name, wanted=wanted
                )
                self._notes.problems.append(
                    Problem(key, "dmn-requirement", sentence, _("Remove the arrow, or add the element."))
                )
            self._elements[key] = _without(element, frozenset(missing))


def _result_of(kind: Type) -> Type:
    return kind.result if isinstance(kind, FunctionType) else kind


def _variable_name(element: etree._Element) -> str:
    return " ".join(element.get("name", "").split())


def _wanted(element: Element) -> tuple[str, ...]:
    if isinstance(element, DecisionService):
        return (*element.input_data, *element.input_decisions, *element.outputs)
    return () if isinstance(element, InputData) else element.requires


def _without(element: Element, missing: frozenset[str]) -> Element:
    def kept(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key for key in keys if key not in missing)

    if isinstance(element, DecisionService):
        return replace(
            element,
            input_data=kept(element.input_data),
            input_decisions=kept(element.input_decisions),
            outputs=kept(element.outputs),
        )
    return element if isinstance(element, InputData) else replace(element, requires=kept(element.requires))


def _imported(element: Element, prefix: str) -> Element:
    """Return the element with its key, and those it requires, as the importing model sees them."""

    def far(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{prefix}/{key}" for key in keys)

    (key,) = far((element.id,))
    if isinstance(element, InputData):
        return replace(element, id=key)
    if isinstance(element, DecisionService):
        return replace(
            element,
            id=key,
            input_data=far(element.input_data),
            input_decisions=far(element.input_decisions),
            outputs=far(element.outputs),
        )
    return replace(element, id=key, requires=far(element.requires))
