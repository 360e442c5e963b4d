"""The parser's view of a text: one token at a time, with the limits on size that apply to a source."""

from __future__ import annotations

from app.decisions.feel.budget import Budget
from app.decisions.feel.errors import FeelSyntaxError
from app.decisions.feel.lexer import Kind, Lexer, Token, Vocabulary
from app.foundation.i18n import gettext as _


class TokenStream:
    """Holds the current token and moves on. `nesting` and `size` are kept under the budget."""

    def __init__(self, text: str, vocabulary: Vocabulary, budget: Budget) -> None:
        if len(text) > budget.text:
            raise FeelSyntaxError(
                _("it is longer than %(limit)s characters.", limit=budget.text),
                text=text,
                position=budget.text,
                mend=_("Split it into several decisions."),
            )
        self.text = text
        self.budget = budget
        self.lexer = Lexer(text, vocabulary)
        self.token = self.lexer.token_at(0)
        self._nesting = 0
        self._size = 0

    def advance(self) -> Token:
        """Return the current token and move to the next one."""
        taken = self.token
        self.token = self.lexer.token_at(taken.end)
        return taken

    def peek(self) -> Token:
        """Return the token after the current one."""
        return self.lexer.token_at(self.token.end)

    def move_to(self, position: int) -> None:
        """Read the token at the position; also used when the vocabulary has grown."""
        self.token = self.lexer.token_at(position)

    def learn(self, name: str) -> None:
        """Take a local name into the vocabulary for the rest of the text."""
        self.lexer.vocabulary.add(name)
        self.move_to(self.token.start)

    def at(self, *values: str) -> bool:
        """Tell whether the current token is one of these symbols or keywords."""
        return self.token.kind in {Kind.SYMBOL, Kind.KEYWORD} and self.token.value in values

    def at_name(self, value: str) -> bool:
        """Tell whether the current token is the word, which may be a name elsewhere."""
        return self.token.kind is Kind.NAME and self.token.value == value

    def accept(self, *values: str) -> bool:
        """Move over the current token if it is one of these symbols or keywords."""
        if not self.at(*values):
            return False
        self.advance()
        return True

    def expect(self, value: str) -> Token:
        """Move over the symbol or keyword that must stand here.

        Errors: FeelSyntaxError if something else does.
        """
        if not self.at(value):
            raise self.refuse(_("“%(value)s” is missing here.", value=value))
        return self.advance()

    def grow(self) -> None:
        """Count one more part of the tree.

        Errors: FeelSyntaxError beyond the budget.
        """
        self._size += 1
        if self._size > self.budget.nodes:
            raise self.refuse(_("it has more than %(limit)s parts.", limit=self.budget.nodes))

    def descend(self) -> None:
        """Go one level of brackets down; `ascend` comes back.

        Errors: FeelSyntaxError beyond the budget.
        """
        self._nesting += 1
        if self._nesting > self.budget.nesting:
            raise self.refuse(_("it is nested more than %(limit)s levels deep.", limit=self.budget.nesting))

    def ascend(self) -> None:
        """Come back up one level."""
        self._nesting -= 1

    def refuse(self, why: str = "", mend: str = "") -> FeelSyntaxError:
        """Return the error for the current token."""
        if not why and self.token.kind is Kind.END:
            why = _("it ends too early.")
        return FeelSyntaxError(
            why or _("“%(token)s” does not fit here.", token=self.text[self.token.start : self.token.end]),
            text=self.text,
            position=self.token.start,
            mend=mend,
        )
