"""Forms of tasks: read from form-js JSON, validate answers, present them. Knows no database and no web."""

from app.workflow.forms.context import Directory, EmptyDirectory, FormContext, StoredFile
from app.workflow.forms.faults import AnswersInvalid, UnknownAnswer
from app.workflow.forms.model import Choice, Field, FormDefinition, Group, Kind, Note
from app.workflow.forms.reader import read_form
from app.workflow.forms.schema import schema_for
from app.workflow.forms.source import FormInvalid
from app.workflow.forms.validation import Answers, validate

__all__ = [
    "Answers",
    "AnswersInvalid",
    "Choice",
    "Directory",
    "EmptyDirectory",
    "Field",
    "FormContext",
    "FormDefinition",
    "FormInvalid",
    "Group",
    "Kind",
    "Note",
    "StoredFile",
    "UnknownAnswer",
    "read_form",
    "schema_for",
    "validate",
]
