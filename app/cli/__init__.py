"""The command `keel`. One module for each group of commands; `commands` joins them."""

import gc
from importlib import import_module


def main() -> None:
    """Run the command of this process.

    While its modules are made nothing dies, so nobody looks for garbage: that took a quarter of the start.
    What was made lives as long as the process, and later collections need not walk it either.
    """
    gc.disable()
    command = import_module("app.cli.commands").main
    gc.freeze()
    gc.enable()
    command()
