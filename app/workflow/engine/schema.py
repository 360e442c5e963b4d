"""The BPMN 2.0 schema, as the library ships it."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

_lock = Lock()


def schema_errors(root: etree._Element) -> list[tuple[int, str]]:
    """Return what the BPMN schema says against a document: line and sentence, in the order of the file."""
    with _lock:  # the log belongs to the shared schema
        schema = _schema()
        schema.validate(root)
        log: Any = schema.error_log  # iterable, whatever the stubs say
        return [(entry.line, entry.message) for entry in log]


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD_PATH))
