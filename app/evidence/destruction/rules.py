"""Which words are to go, and how they are taken out of texts and values. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

MARK = "[destroyed]"
SHORTEST, MOST = 4, 20
DECISIONS = ("verdict", "reason")  # what people say of a file; Keel finds the rest
_ASCII_RUN = re.compile(r"[A-Za-z0-9 @._-]{3,}")


class FileVerdict(StrEnum):
    """What is to become of a file."""

    DESTROY = "destroy"
    KEEP = "keep"


def words_of(text: str) -> list[str]:
    """Return the words to destroy, one a line, the longest first so that no part is left of a longer one."""
    found = {" ".join(line.split()) for line in text.splitlines()}
    return sorted((one for one in found if one), key=lambda one: (-len(one), one))


def pattern_of(words: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern that finds any of the words, whatever its case."""
    return re.compile("|".join(re.escape(one) for one in words), re.IGNORECASE)


def needle_of(word: str) -> str:
    """Return the longest part of a word that also stands in JSON as it is; empty when there is none."""
    return max(_ASCII_RUN.findall(word), key=len, default="").strip()


def cleaned(value: Any, pattern: re.Pattern[str]) -> Any:
    """Return a JSON value without the words; the same object when they do not stand in it."""
    if isinstance(value, str):
        return pattern.sub(MARK, value) if pattern.search(value) else value
    if isinstance(value, dict):
        return {cleaned(key, pattern): cleaned(one, pattern) for key, one in value.items()}
    if isinstance(value, list):
        return [cleaned(one, pattern) for one in value]
    return value


def undecided(
    rows: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[str], list[str]]:
    """Return the names of files nobody decided about, kept without reason, and fixed but to be destroyed."""
    given = {str(one.get("reference")): one for one in answers}
    missing, bare, fixed = [], [], []
    for row in rows:
        answer = given.get(str(row["reference"]), {})
        verdict, name = answer.get("verdict"), str(row["title"])
        if verdict not in set(FileVerdict):
            missing.append(name)
        elif verdict == FileVerdict.KEEP and not str(answer.get("reason") or "").strip():
            bare.append(name)
        elif verdict == FileVerdict.DESTROY and row.get("is_fixed"):
            fixed.append(name)
    return missing, bare, fixed


def joined(rows: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with what the answers decide about them; an answer about no row is left out."""
    given = {str(one.get("reference")): one for one in answers}
    found = []
    for row in rows:
        answer = given.get(str(row["reference"]), {})
        decisions = {key: answer.get(key) or "" for key in DECISIONS} if answer else {}
        found.append({**row, **decisions})
    return found


def decided(rows: Sequence[Mapping[str, Any]]) -> dict[int, FileVerdict]:
    """Return what was decided about files, by their ids."""
    return {int(one["reference"]): FileVerdict(one["verdict"]) for one in rows if one.get("verdict")}


def file_ids(answers: Any) -> list[int]:
    """Return the ids of the files that answers of a form name, wherever they stand in them."""
    if isinstance(answers, list):
        return [found for one in answers for found in file_ids(one)]
    if not isinstance(answers, dict):
        return []
    if {"id", "sha256"} <= answers.keys():
        return [int(answers["id"])]
    return [found for one in answers.values() for found in file_ids(one)]
