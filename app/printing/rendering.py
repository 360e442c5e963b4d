"""Sets a paper into PDF/A in a child process of its own, bounded in time and memory.

Typst is heavy and reads what people wrote, so it never runs inside a server. Call it outside of transactions.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.printing.paper import Enclosure, Paper
from app.printing.signs import Cleaner, covered, plain

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 90.0
MOST_MISSING = 20  # tries with fonts of the house, before only signs of Typst's own are believed
LARGEST_SAID = 1_000
_NEEDED = ("SYSTEMROOT", "TMPDIR", "TEMP")
_HERE = Path(__file__).parent
_ENDINGS: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
}


class PaperFailed(Broken):
    """A paper could not be set; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that was set: its bytes, and whether they keep PDF/A."""

    content: bytes
    is_archival: bool


def render(paper: Paper, fonts: Path | None = None) -> Printed:
    """Return a paper as PDF.

    Shape: PDF/A-2a and PDF/UA-1; PDF/A-3a with files attached; ordinary PDF when pages of another PDF are
        drawn in. `fonts` is a folder with fonts of the house, for signs that Typst's own lack.
    Errors: PaperFailed when it takes too long or too much memory, or an enclosure cannot be read.
    """
    without: set[str] = set()
    for known in _choices(fonts):
        cleaner = Cleaner(only=known, without=without)
        with tempfile.TemporaryDirectory(prefix="keel-paper-") as folder:
            place = Path(folder)
            _lay_out(paper, place, cleaner, fonts)
            said = _run(place)
            if said["ok"]:
                return Printed((place / "paper.pdf").read_bytes(), not paper.holds_pages)
        if not said["missing"]:
            break
        without |= {sign for sign in _unescaped(said["missing"]) if not sign.isascii()}
    logger.error("paper failed", extra={"said": said["said"][:LARGEST_SAID]})
    raise PaperFailed(_("The paper could not be set. The log says why."))


def _choices(fonts: Path | None) -> Iterator[AbstractSet[int] | None]:
    """Yield what to believe of the fonts, one try after the other; None believes that they have all signs."""
    if fonts is not None:
        yield from [None] * MOST_MISSING
    yield covered()
    yield plain()


def _unescaped(text: str) -> str:
    r"""Return a text in which Typst wrote some signs as `\\u{65f}`."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


def _lay_out(paper: Paper, place: Path, cleaner: Cleaner, fonts: Path | None) -> None:
    names = {key: _enclose(one, place, number) for number, (key, one) in enumerate(paper.enclosures.items())}
    data: dict[str, Any] = cleaner.clean(paper.as_data())
    data["title"] = data["title"].strip() or "?"  # a paper without a title is not accessible
    for part in data["parts"]:
        if "enclosure" in part:
            part["file"] = names[part["enclosure"]]
    attached = [
        {"file": names[key], "as": one.attached_as, "note": one.note, "media_type": one.media_type}
        for key, one in paper.enclosures.items()
        if one.attached_as
    ]
    data |= {
        "lang": paper.language[:2].lower(),
        "attached": attached,
        "holds_pages": paper.holds_pages,
        "has_fonts": fonts is not None,
        "replaced": cleaner.replaced,
    }
    (place / "paper.json").write_text(json.dumps(data))
    order = {"standards": _standards(paper, attached), "fonts": [str(fonts)] if fonts else []}
    (place / "order.json").write_text(json.dumps(order))
    shutil.copyfile(_HERE / "paper.typ", place / "paper.typ")


def _standards(paper: Paper, attached: list[Any]) -> list[str]:
    if paper.holds_pages:
        return ["1.7"]
    return ["a-3a" if attached else "a-2a", "ua-1"]


def _enclose(one: Enclosure, place: Path, number: int) -> str:
    """Put an enclosure into the folder under a name of ours and return the name."""
    name = f"enclosure-{number}.{_ENDINGS.get(one.media_type, 'bin')}"
    if isinstance(one.content, Path):
        shutil.copyfile(one.content, place / name)
    else:
        (place / name).write_bytes(one.content)
    return name


def _run(place: Path) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, alone with its folder
            [sys.executable, "-I", str(_HERE / "child.py"), str(place)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
            cwd=place,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        logger.error("paper took too long")  # noqa: TRY400 - the trace says nothing
        raise PaperFailed(_("The paper took too long to set.")) from None
    except ValueError:
        logger.error("setter died", extra={"said": done.stderr[-LARGEST_SAID:].decode("utf-8", "replace")})  # noqa: TRY400
        raise PaperFailed(_("The paper is too large to set.")) from None
    return said
