"""Forms of tasks: read from form-js JSON, validate answers, present them. Knows no database and no web."""

from app.workflow.forms.context import Directory, EmptyDirectory, Filled, FormContext, StoredFile
from app.workflow.forms.faults import AnswersInvalid, UnknownAnswer
from app.workflow.forms.lint import FormGate, lint_form
from app.workflow.forms.model import Choice, Field, FormDefinition, Group, Kind, Note
from app.workflow.forms.posting import parse_post, row_wish
from app.workflow.forms.presentation import carry_on, initial_answers, present
from app.workflow.forms.reader import read_form
from app.workflow.forms.schema import schema_for
from app.workflow.forms.source import FormInvalid
from app.workflow.forms.validation import Answers, validate
from app.workflow.forms.views import FieldView, FormView, Mode, SectionView

__all__ = [
    "Answers",
    "AnswersInvalid",
    "Choice",
    "Directory",
    "EmptyDirectory",
    "Field",
    "FieldView",
    "Filled",
    "FormContext",
    "FormDefinition",
    "FormGate",
    "FormInvalid",
    "FormView",
    "Group",
    "Kind",
    "Mode",
    "Note",
    "SectionView",
    "StoredFile",
    "UnknownAnswer",
    "carry_on",
    "initial_answers",
    "lint_form",
    "parse_post",
    "present",
    "read_form",
    "row_wish",
    "schema_for",
    "validate",
]
