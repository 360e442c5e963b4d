"""FEEL, the expression language of DMN: compile a text once, evaluate it often, within a budget.

Lexer, parser and evaluator are our own; no text of an author ever reaches Python's compiler.
"""

from app.decisions.feel.budget import Budget
from app.decisions.feel.conversion import to_feel, to_json, to_python
from app.decisions.feel.errors import BudgetExceeded, FeelSyntaxError, NotAFeelValue
from app.decisions.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from app.decisions.feel.values import Value

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Expression",
    "FeelSyntaxError",
    "NotAFeelValue",
    "UnaryTests",
    "Value",
    "compile_expression",
    "compile_unary_tests",
    "to_feel",
    "to_json",
    "to_python",
]
