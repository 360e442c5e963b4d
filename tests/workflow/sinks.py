"""A canary in every place where SpiffWorkflow evaluates text."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.workflow.diagrams import boundary, bpmn, chain, end, flow, start, timer, user

LIBRARY = "spiffworkflow"
BAD_END = '<endEvent id="bad"><errorEventDefinition errorRef="E"/></endEvent>'
MESSAGE = '<message id="M" name="m"/>'


def canary(path: Path) -> str:
    """Return Python that leaves a file behind when it is run."""
    return f"open({str(path)!r}, 'w').close() or 1"


def sinks(text: str) -> dict[str, bytes]:
    """Return for each sink a diagram that holds the text there."""
    return {**flow_sinks(text), **event_sinks(text)}


def flow_sinks(text: str) -> dict[str, bytes]:
    """Return the diagrams whose tasks, gateways, timers and loops hold the text."""
    python, quoted = escape(text), quoteattr(text)
    loop = "multiInstanceLoopCharacteristics"
    return {
        "script": one(f'<scriptTask id="x"><script>{python}</script></scriptTask>'),
        "pre-script": one(user("x", extension(f"<{LIBRARY}:preScript>{python}</{LIBRARY}:preScript>"))),
        "post-script": one(user("x", extension(f"<{LIBRARY}:postScript>{python}</{LIBRARY}:postScript>"))),
        "condition": gateway(python),
        "timer duration": one(catch(timer("Duration", python))),
        "timer date": one(catch(timer("Date", python))),
        "timer cycle": bpmn(
            start(),
            user("x"),
            boundary("late", "x", timer("Cycle", python), interrupting=False),
            end(),
            chain("begun", "x", "closed"),
            chain("late", "closed"),
        ),
        "instances": one(user("x", f"<{loop}><loopCardinality>{python}</loopCardinality></{loop}>")),
        "completion": one(
            user(
                "x",
                f"<{loop}><loopCardinality>2</loopCardinality>"
                f"<completionCondition>{python}</completionCondition></{loop}>",
            )
        ),
        "standard loop": one(
            user("x", wrapped("standardLoopCharacteristics", f"<loopCondition>{python}</loopCondition>"))
        ),
        "service parameter": one(
            f'<serviceTask id="x">{operator(quoted)}</serviceTask>',
        ),
        "ad-hoc completion": one(
            '<adHocSubProcess id="x"><userTask id="inner"/>'
            f"<completionCondition>{python}</completionCondition></adHocSubProcess>"
        ),
    }


def event_sinks(text: str) -> dict[str, bytes]:
    """Return the diagrams whose events, payloads and correlations hold the text."""
    python = escape(text)
    return {
        "conditional event": one(
            catch(wrapped("conditionalEventDefinition", f"<condition>{python}</condition>"))
        ),
        "message payload": one(throw("message", message_payload(python)), head=MESSAGE),
        "signal payload": one(
            throw("signal"),
            head=f'<signal id="S" name="s">{payload(python)}</signal><message id="M" name="m"/>',
        ),
        "error payload": one(
            f'<subProcess id="x"><startEvent id="in"/>{BAD_END}{chain("in", "bad")}</subProcess>',
            head=f'<error id="E" errorCode="E" name="e">{payload(python)}</error>',
        ),
        "escalation payload": one(
            throw("escalation"),
            head=f'<escalation id="S" escalationCode="E" name="e">{payload(python)}</escalation>',
        ),
        "message correlation": one(
            throw("message", f"<{LIBRARY}:messagePayload>1</{LIBRARY}:messagePayload>"),
            head=correlation(python),
        ),
        "process correlation": one(
            catch(
                '<messageEventDefinition messageRef="M">'
                + extension(
                    wrapped(
                        f"{LIBRARY}:processVariableCorrelation",
                        wrapped(f"{LIBRARY}:propertyId", "p") + wrapped(f"{LIBRARY}:expression", python),
                    )
                )
                + "</messageEventDefinition>"
            ),
            head=MESSAGE,
        ),
    }


def own_sinks(text: str) -> dict[str, bytes]:
    """Return a diagram for each place where our own marks hold an expression."""
    quoted = quoteattr(text)
    return {
        "parameter": one(
            '<serviceTask id="x" qms:operation="sample.do"><extensionElements>'
            f'<qms:parameter name="n" value={quoted}/></extensionElements></serviceTask>'
        ),
        "person": one(f'<userTask id="x" qms:person={quoted}/>'),
        "due": one(f'<userTask id="x" qms:due={quoted}/>'),
        "correlation": one(
            f'<intermediateCatchEvent id="x" qms:correlation={quoted}>'
            '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>',
            head='<message id="M" name="m"/>',
        ),
    }


def one(element: str, head: str = "") -> bytes:
    return bpmn(start(), element, end(), chain("begun", "x", "closed"), head=head)


def catch(definition: str) -> str:
    return f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>'


def throw(kind: str, inner: str = "") -> str:
    reference = "M" if kind == "message" else "S"
    definition = f'<{kind}EventDefinition {kind}Ref="{reference}">{extension(inner) if inner else ""}'
    return f'<intermediateThrowEvent id="x">{definition}</{kind}EventDefinition></intermediateThrowEvent>'


def extension(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def message_payload(python: str) -> str:
    return f"<{LIBRARY}:messagePayload>{python}</{LIBRARY}:messagePayload>"


def wrapped(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>"


def payload(python: str) -> str:
    return extension(f"<{LIBRARY}:payloadExpression>{python}</{LIBRARY}:payloadExpression>")


def operator(quoted: str) -> str:
    parameter = f'<{LIBRARY}:parameter id="p" type="str" value={quoted}/>'
    inner = f"<{LIBRARY}:parameters>{parameter}</{LIBRARY}:parameters>"
    return extension(f'<{LIBRARY}:serviceTaskOperator id="sample.do">{inner}</{LIBRARY}:serviceTaskOperator>')


def correlation(python: str) -> str:
    retrieval = "correlationPropertyRetrievalExpression"
    path = f'<{retrieval} messageRef="M"><messagePath>{python}</messagePath></{retrieval}>'
    return f'{MESSAGE}<correlationProperty id="p" name="p">{path}</correlationProperty>'


def gateway(python: str) -> bytes:
    ways = chain("begun", "x", "closed") + flow("x", "a", when=python) + chain("a", "closed")
    return bpmn(start(), '<exclusiveGateway id="x" default="x_to_closed"/>', user("a"), end(), ways)
