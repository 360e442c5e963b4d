"""The command `keel`. One module for each group of commands; `main` joins them."""

from app.cli.main import main

__all__ = ["main"]
