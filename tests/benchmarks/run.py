"""Measures Keel beside the floor on this machine and prints the figures; `keel bench` starts it.

The floor programs in `floor/` are the reference and stay byte for byte as they were given. Only ratios taken
in one run mean anything elsewhere. Times are printed and never gate anything: counts and plans do, in tests.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tests.benchmarks.company import ROUNDS, Company, found
from tests.benchmarks.dashboard_rows import figures as dashboard_figures
from tests.benchmarks.dashboard_rows import make_company
from tests.benchmarks.document_rows import figures as document_figures
from tests.benchmarks.figures import Figure, Round, at_most, of_rounds, times_the_floor
from tests.benchmarks.inbox_rows import page_milliseconds, raw_milliseconds
from tests.benchmarks.ledger_rows import figures as ledger_figures
from tests.benchmarks.serving import FLOOR, ROOT, Served, environment_for, floor_served, keel_served
from tests.benchmarks.statements import statements_of_a_completion
from tests.benchmarks.vote_rows import figures as vote_figures

SECONDS = 3.0
Tell = Callable[[str], None]


def main() -> None:
    """Measure and print: a table, or a list of JSON objects."""
    parser = argparse.ArgumentParser(prog="keel bench", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="a list of {id, figure, unit, floor, ratio, target, met}"
    )
    parser.add_argument("--quick", action="store_true", help="one round instead of five")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keel-bench-") as folder:
        figures = measure(Path(folder), 1 if wish.quick else ROUNDS, _tell)
    if wish.json:
        click.echo(json.dumps([figure.plain() for figure in figures], indent=1))
    else:
        click.echo(table(figures))


def measure(folder: Path, rounds: int, tell: Tell) -> list[Figure]:
    """Return all figures, in the order of their ids."""
    home, rows = folder / "company", folder / "rows"
    for each in (home, rows):
        each.mkdir(mode=0o700)
    environment = environment_for(home)
    tell("founding a company")
    company = found(environment)
    empty = _bytes(home / "keel.db")
    with floor_served(environment) as floor, keel_served(environment) as keel:
        said = []
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}")
            said.append(_round(floor, keel, home, company, number))
    figures = of_rounds(said)
    figures.append(_size(home, empty))
    tell("counting statements")
    figures.append(at_most("T4", statements_of_a_completion(home, company.cookies[0]), "statements", 14, 4))
    tell("a hundred thousand tasks")
    figures.append(times_the_floor("T5", page_milliseconds(rows), "ms", raw_milliseconds(rows), at_most=1.3))
    tell("a million quality events")
    figures += ledger_figures(folder / "ledger", rounds)
    tell("a stage of five hundred people")
    figures += vote_figures(folder / "votes")
    tell("a library of five thousand documents")
    figures += document_figures(folder / "documents", rounds)
    tell("ten years behind the demo company")
    make_company(folder / "demo")
    figures += dashboard_figures(folder / "demo", folder / "history")
    return sorted(figures, key=_place)


def _place(figure: Figure) -> tuple[int, str]:
    """Sort by number: what is promised of Keel as a whole, then of ledger, votes, documents, boards."""
    name = figure.id.split()[0]
    return int(name[1:]) + 100 * "TEVDB".index(name[0]), figure.id


def table(figures: list[Figure]) -> str:
    """Return the figures for people."""
    head = f"{'':14}{'figure':>10} {'unit':16}{'floor':>9}{'ratio':>8}{'target':>8}  met"
    lines = [
        f"{one.id:14}{one.figure:>10} {one.unit:16}{_or_dash(one.floor):>9}{_or_dash(one.ratio):>8}"
        f"{one.target:>8}  {'yes' if one.met else 'no'}"
        for one in figures
    ]
    return "\n".join([head, *lines])


def _round(floor: Served, keel: Served, home: Path, company: Company, number: int) -> Round:
    to_floor = [str(FLOOR / "floor_driver.py"), "floor", str(floor.port), str(floor.pid), str(SECONDS)]
    loop = str(company.loops[number])
    to_keel = ["-m", "tests.benchmarks.drive_keel", str(keel.port), str(keel.pid), str(SECONDS)]
    return Round(_said(to_floor), _said([*to_keel, str(home / "keel.db"), loop, *company.cookies]))


def _said(command: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The driver failed: {done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _size(home: Path, empty: int) -> Figure:
    """T10: what a completed instance leaves in the database, indexes and trail included."""
    with sqlite3.connect(home / "keel.db") as keel, sqlite3.connect(home / "floor.db") as floor:
        made = keel.execute("SELECT count(*) FROM process_instance WHERE state = 'over'").fetchone()[0]
        made_there = floor.execute("SELECT count(*) FROM inst").fetchone()[0]
    per_floor = _bytes(home / "floor.db") / made_there
    return at_most("T10", (_bytes(home / "keel.db") - empty) / made, "bytes", 6 * 1024, round(per_floor))


def _bytes(database: Path) -> int:
    with sqlite3.connect(database) as rows:
        return int(
            rows.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[
                0
            ]
        )


def _or_dash(value: float | None) -> str:
    return "-" if value is None else str(value)


def _tell(what: str) -> None:
    click.echo(f"… {what}", err=True)


if __name__ == "__main__":
    main()
