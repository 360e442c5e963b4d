from __future__ import annotations

from app.library.reading import words_of_markdown


def test_a_written_text_leaves_its_words() -> None:
    table = "| a | b |\n|---|---|\n| c | d |"
    text = f"# Aim\n\n**Use** [it](https://x.org)\n\n- one\n\n> two\n\n{table}\n\n```\ncode\n```"

    assert words_of_markdown(text).split() == ["Aim", "Use", "it", "one", "two", "a", "b", "c", "d", "code"]
