from __future__ import annotations

from app.workflow.compile import Dropped, compile_diagram, import_diagram
from app.workflow.validation import check_diagram
from tests.workflow.diagrams import bpmn, chain, drawn, end, start
from tests.workflow.validation.gates import CONTEXT

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def imported(*elements: str) -> tuple[bytes, tuple[Dropped, ...]]:
    result = import_diagram(drawn(bpmn(start(), *elements, end(), chain("begun", "x", "closed"))))
    return result.xml, result.dropped


def test_marks_of_other_tools_become_ours() -> None:
    xml, dropped = imported(
        f'<userTask id="x" {CAMUNDA} camunda:assignee="${{record.owner}}" camunda:dueDate="P5D" '
        'camunda:candidateGroups="verifier,auditor" camunda:formKey="f1"/>'
    )

    spec = compile_diagram(xml).user_tasks["x"]
    assert (spec.person, spec.role, spec.due) == ("record.owner", "verifier", "P5D")
    assert dropped == (Dropped("x", "camunda", "formKey", "f1"),)


def test_marks_in_child_elements_become_ours() -> None:
    xml, dropped = imported(
        f'<userTask id="x"><extensionElements {ZEEBE}><zeebe:assignmentDefinition candidateGroups="verifier" '
        'assignee="=record.owner"/><zeebe:formDefinition formId="f1"/></extensionElements></userTask>'
    )

    spec = compile_diagram(xml).user_tasks["x"]
    assert (spec.person, spec.role) == ("record.owner", "verifier")
    assert dropped == (Dropped("x", "zeebe", "formId", "f1"),)


def test_topics_and_inputs_become_operations_and_parameters() -> None:
    inputs = '<camunda:inputParameter name="amount">${record.severity}</camunda:inputParameter>'
    extensions = f"<camunda:inputOutput>{inputs}</camunda:inputOutput>"

    xml, dropped = imported(
        f'<serviceTask id="x" {CAMUNDA} camunda:type="external" camunda:topic="sample.add">'
        f"<extensionElements>{extensions}</extensionElements></serviceTask>"
    )

    spec = compile_diagram(xml).service_tasks["x"]
    assert spec.operation == "sample.add"
    assert spec.parameters == {"amount": "record.severity"}
    assert dropped == (Dropped("x", "camunda", "type", "external"),)


def test_the_job_type_of_zeebe_is_the_operation() -> None:
    xml, _dropped = imported(
        f'<serviceTask id="x"><extensionElements {ZEEBE}><zeebe:taskDefinition type="sample.do"/>'
        "</extensionElements></serviceTask>"
    )

    assert compile_diagram(xml).service_tasks["x"].operation == "sample.do"


def test_decisions_are_kept() -> None:
    xml, _dropped = imported(f'<businessRuleTask id="x" {CAMUNDA} camunda:decisionRef="g_capa"/>')

    assert compile_diagram(xml).decisions["x"].decision == "g_capa"


def test_nothing_of_the_other_tool_stays_behind() -> None:
    xml, _dropped = imported(
        f'<userTask id="x" {CAMUNDA} camunda:assignee="me" camunda:asyncBefore="true"><extensionElements>'
        '<camunda:taskListener event="create" class="Evil"/></extensionElements></userTask>'
    )

    assert "camunda" not in xml.decode()
    assert "extension.foreign" not in {problem.rule for problem in check_diagram(xml, CONTEXT)}
