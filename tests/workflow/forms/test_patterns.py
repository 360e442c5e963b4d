from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.forms.pattern_parser import PatternRefused
from app.workflow.forms.patterns import SafePattern, TooManyStates


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        (r"^\d{4}-\d{3}$", "2602-114", True),
        (r"^\d{4}-\d{3}$", "2602-1145", False),
        (r"lot", "the lot 3", True),
        (r"^(HP|LP)-\d+$", "LP-80", True),
        (r"^(HP|LP)-\d+$", "XP-80", False),
        (r"^[A-Z][a-z]*$", "Marta", True),
        (r"^[^0-9]+$", "abc1", False),
        (r"^[\w.-]+$", "a.b-c_1", True),
        (r"^a?b*c+$", "bbc", True),
        (r"^(?:ab){2,3}$", "ababab", True),
        (r"^(?:ab){2,3}$", "abababab", False),
        (r"^.$", "\n", False),
        (r"^\S+@\S+$", "a@b", True),
        (r"^\d+$", "٣", False),
        (r"^$", "", True),
        (r"a{2,}", "caat", True),
        (r"^[a\-z]$", "-", True),
        (r"x*?", "", True),
    ],
)
def test_a_pattern_means_what_it_means_in_javascript(pattern: str, text: str, *, is_found: bool) -> None:
    assert SafePattern(pattern).is_found_in(text) is is_found


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a)",
        "[a",
        "*a",
        "a**",
        "(?=a)",
        "(?<!a)b",
        r"(a)\1",
        r"\bword",
        "a{5,2}",
        "a{1,999}",
        "[z-a]",
        "\\",
        "a{x}",
        "^*",
        r"[\D]",
        r"\p{L}",
        "(" * 30 + ")" * 30,
        "a" * 400,
    ],
)
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        SafePattern(pattern)


def test_a_pattern_with_too_many_states_is_refused() -> None:
    with pytest.raises(TooManyStates):
        SafePattern("((a{99}){99}){99}")


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a*)*b$", "^(.*)*x$", "a*a*a*a*a*b"])
def test_patterns_that_hang_a_backtracking_matcher_are_answered_at_once(pattern: str) -> None:
    started = process_time()

    SafePattern(pattern).is_found_in("a" * 1_000 + "!")

    assert process_time() - started < 1


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "1"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@given(pattern=PATTERNS, text=st.text("ab1\n", max_size=8), is_whole=st.booleans())
def test_the_answer_is_that_of_a_backtracking_matcher(pattern: str, text: str, *, is_whole: bool) -> None:
    ours = f"^(?:{pattern})$" if is_whole else pattern
    theirs = rf"\A(?:{pattern})\Z" if is_whole else pattern

    assert SafePattern(ours).is_found_in(text) is bool(re.search(theirs, text, re.ASCII))
