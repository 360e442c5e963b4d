"""The child process: sets one folder's paper with Typst, within bounds, and says how it went as JSON.

Started by path and alone (`python -I child.py FOLDER`): it imports nothing of Keel and reads only its folder.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import typst

if sys.platform != "win32":
    import resource

MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 60
LARGEST_FILE = 256 * 1024 * 1024
MOST_PAGES = 2_000
_MISSING = re.compile(r'the text `"(.*)"` could not be displayed', re.DOTALL)


def main(folder: Path) -> None:
    """Set `paper.typ` of the folder into `paper.pdf`."""
    _bound()
    try:
        _set(folder)
    except typst.TypstError as error:
        found = _MISSING.search(error.message)
        said: dict[str, Any] = {"ok": False, "missing": found[1] if found else "", "said": error.message}
    else:
        said = {"ok": True}
    sys.stdout.write(json.dumps(said))


def _bound() -> None:
    if sys.platform == "win32":
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _set(folder: Path) -> None:
    order = json.loads((folder / "order.json").read_text())
    fonts: dict[str, Any] = {"ignore_system_fonts": True, "font_paths": order["fonts"]}
    _count_pages(folder, fonts)
    typst.compile(
        str(folder / "paper.typ"),
        output=str(folder / "paper.pdf"),
        root=str(folder),
        pdf_standards=order["standards"],
        **fonts,
    )


def _count_pages(folder: Path, fonts: dict[str, Any]) -> None:
    """Write how many pages each enclosed PDF has; Typst tells it when asked for one too many."""
    file = folder / "paper.json"
    paper = json.loads(file.read_text())
    for part in paper["parts"]:
        if part["kind"] == "pages":
            part["count"] = min(_pages_of(folder, part["file"], fonts), MOST_PAGES)
    file.write_text(json.dumps(paper))


def _pages_of(folder: Path, name: str, fonts: dict[str, Any]) -> int:
    probe = folder / "probe.typ"
    probe.write_text(f'#image("{name}", page: 1000000)')
    try:
        typst.compile(str(probe), root=str(folder), **fonts)
    except typst.TypstError as error:
        for hint in error.hints:
            found = re.search(r"only has (\d+) pages?", hint)
            if found:
                return int(found[1])
        raise
    return 1_000_000


if __name__ == "__main__":
    main(Path(sys.argv[1]))
