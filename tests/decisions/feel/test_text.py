from __future__ import annotations

from typing import Any

import pytest

from app.decisions.feel.logic import Truth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a" + "b"', "ab"),
        ('"say \\"hi\\"\\n"', 'say "hi"\n'),
        ('"\\u0041\\U01F40E"', "A🐎"),
        ('string length("🐎ab")', 3),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", -2, 1)', "a"),
        ('substring("foobar", 0)', None),
        ('upper case("aé")', "AÉ"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("foobar", "x")', ""),
        ('contains("foobar", "of")', False),
        ('starts with("foobar", "fo") and ends with("foobar", "ar")', True),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", 1])', None),
        ('split("John Doe", "\\\\s")', ["John", "Doe"]),
        ('split("a;b;;", ";")', ["a", "b", "", ""]),
        ("string(1.50)", "1.5"),
        ('string([1, "a", null])', '[1, "a", null]'),
        ("string({a: true})", "{a: true}"),
        ("string([1..3))", "[1..3)"),
        ("string(null)", None),
        ('number("1,000.5", ",", ".")', 1000.5),
        ('number("12x")', None),
        ('number("1", ".", ".")', None),
        ('is("a", "a")', True),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
        ('is(@"10:00:00Z", @"11:00:00+01:00")', False),
        ('matches("a", "A", null)', False),
        ('substring("foobar", 4, null)', "bar"),
        ("upper case(1)", None),
        ("upper case()", None),
        ('contains(string: "ab", match: "b")', True),
        ('contains(text: "ab", match: "b")', None),
    ],
)
def test_functions_on_texts(feel: Any, text: str, expected: object) -> None:
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abc", "b", "", True),
        ("abc", "^b", "", False),
        ("abc", "^a.c$", "", True),
        ("a\nc", "a.c", "", False),
        ("a\nc", "a.c", "s", True),
        ("a\nb", "^b$", "m", True),
        ("ABC", "abc", "i", True),
        ("abc", " a b c ", "x", True),
        ("a.c", ".c", "q", True),
        ("abcabc", "(abc)\\1", "", True),
        ("abcabd", "(abc)\\1", "", False),
        ("aab", "a{2}b", "", True),
        ("ab", "a{2,3}b", "", False),
        ("été", "^\\w+$", "", True),
        ("x5", "\\D\\d", "", True),
        ("A", "\\p{Lu}", "", True),
        ("a", "[a-z-[aeiou]]", "", False),
        ("b", "[a-z-[aeiou]]", "", True),
        ("c", "[^ab]", "", True),
        ("ac", "a(b|c)", "", True),
        ("", "(a*)*", "", True),
    ],
)
def test_patterns_follow_xpath(feel: Any, text: str, pattern: str, flags: str, expected: Truth) -> None:
    context = {"text": text, "pattern": pattern, "flags": flags}

    assert feel("matches(text, pattern, flags)", context) is expected


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "*", "a**", "\\1", "(a\\1)", "[]", "\\y", "a{9999}"])
def test_what_is_no_pattern_gives_null(feel: Any, pattern: str) -> None:
    assert feel("matches(text, pattern)", {"text": "a", "pattern": pattern}) is None


@pytest.mark.parametrize(
    ("pattern", "replacement", "expected"),
    [
        ("(an)+", "**", "b**a"),
        ("a(n)", "$1$0", "bnannana"),
        ("[aeiou]", "\\$", "b$n$n$"),
        ("a*?", "x", None),
        ("a", "$", None),
        ("a", "$7", "bnn"),
        ("an??", "x", "bxnxnx"),
    ],
)
def test_replace_puts_groups_in(feel: Any, pattern: str, replacement: str, expected: str | None) -> None:
    context = {"pattern": pattern, "replacement": replacement}

    assert feel('replace("banana", pattern, replacement)', context) == expected
