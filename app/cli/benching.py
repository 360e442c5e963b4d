"""`keel bench`: measures this machine. The programs stand beside the tests, so it needs a checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from app.foundation.errors import Broken, NotFound
from app.foundation.i18n import gettext as _

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = Path("tests/benchmarks/run.py")


class NoBenchmarks(NotFound):
    """The benchmark programs are not installed with the server."""


class BenchmarkFailed(Broken):
    """The measurement ended early."""


@click.command()
@click.option("--json", "is_json", is_flag=True, help="List id, figure, unit, floor, ratio, target, met.")
@click.option("--quick", is_flag=True, help="One round instead of five: for a first look.")
def bench(*, is_json: bool, quick: bool) -> None:
    """Measure Keel beside the least program that does the same, on this machine.

    Both run at once on databases of their own in a temporary folder, and are asked in turn; only the ratios
    mean anything elsewhere. Takes two minutes. A missed target is shown and is no failure.
    """
    options = [name for name, is_wanted in (("--json", is_json), ("--quick", quick)) if is_wanted]
    run_benchmarks(CHECKOUT, options)


def run_benchmarks(checkout: Path, options: list[str]) -> None:
    """Run the benchmark programs of a checkout.

    Errors: NoBenchmarks; BenchmarkFailed.
    """
    if not (checkout / PROGRAM).is_file():
        raise NoBenchmarks(_("The benchmarks come with the source. Run `make bench` in a checkout of Keel."))
    command = [sys.executable, "-m", "tests.benchmarks.run", *options]
    done = subprocess.run(command, cwd=checkout, check=False)  # noqa: S603 - our own program, no shell
    if done.returncode:
        raise BenchmarkFailed(_("The measurement did not finish; the reason stands above."))
