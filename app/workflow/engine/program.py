"""A program: the parsed, immutable spec of one bundle, kept for as long as it is in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from app.workflow.engine.depth import assert_depth_lifted, lift_depth_limit
from app.workflow.engine.parser import parse_specs

CACHE_SIZE = 64


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a program is made of.

    Shape: `hash` names the content; `key` the definition to run; `sources` maps each definition key
    (the called ones included) to its engine document.
    """

    hash: str
    key: str
    sources: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A bundle ready to run. Shared by all instances and threads; never changed after parsing."""

    hash: str
    key: str
    definition_keys: frozenset[str]
    spec: Any = field(repr=False)
    called: Mapping[str, Any] = field(repr=False)


class ProgramCache:
    """The programs most recently used, by bundle hash and key."""

    def __init__(self, size: int = CACHE_SIZE) -> None:
        """Start empty."""
        self._size = size
        self._programs: OrderedDict[tuple[str, str], Program] = OrderedDict()
        self._lock = Lock()

    def get(self, bundle: Bundle) -> Program:
        """Return the program of a bundle, parsed at most once while it stays in use.

        Errors: ProgramRefused.
        """
        name = (bundle.hash, bundle.key)
        with self._lock:
            if name in self._programs:
                self._programs.move_to_end(name)
                return self._programs[name]
        program = build_program(bundle)
        with self._lock:
            self._programs[name] = program
            while len(self._programs) > self._size:
                self._programs.popitem(last=False)
        return program


def build_program(bundle: Bundle) -> Program:
    """Parse a bundle without the cache.

    Effects: lifts the depth limit of the library's iterators, so nothing can run before that.
    Errors: ProgramRefused; DepthLimited when the limit cannot be lifted.
    """
    lift_depth_limit()
    assert_depth_lifted()
    spec, called = parse_specs(bundle.key, bundle.sources)
    return Program(bundle.hash, bundle.key, frozenset(bundle.sources), spec, called)


programs = ProgramCache()
