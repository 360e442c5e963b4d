"""A bundle: the diagram, its tables, its forms and the parts it calls, frozen and named by their hash."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from app.foundation.errors import Broken, NotFound
from app.foundation.i18n import gettext as _
from app.workflow.compile import called_keys
from app.workflow.lifecycle import registry

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ROOT / "processes"
FORMS = ROOT / "forms"


class BundleDamaged(Broken):
    """The stored bundle does not have the hash it was published under."""


class NoSuchDiagram(NotFound):
    """There is no diagram file of that key."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of one definition version.

    Shape: `diagram` is the author's BPMN of `key`; `tables` maps decision keys to DMN;
    `forms` maps element ids to form-js JSON; `parts` maps the key of each called part to its own files.
    """

    key: str
    diagram: bytes
    tables: Mapping[str, bytes]
    forms: Mapping[str, bytes]
    parts: Mapping[str, Bundle] = field(default_factory=dict)

    def members(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of every file, in one fixed order; those of a part in its own folder."""
        yield f"{self.key}.bpmn", self.diagram
        yield from ((f"{name}.dmn", self.tables[name]) for name in sorted(self.tables))
        yield from ((f"{name}.json", self.forms[name]) for name in sorted(self.forms))
        for part in (self.parts[key] for key in sorted(self.parts)):
            yield from ((f"{part.key}/{name}", content) for name, content in part.members())

    @property
    def sha256(self) -> str:
        """Return the hash that names the bundle: over the names, lengths and bytes of all files."""
        digest = hashlib.sha256()
        for name, content in self.members():
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()


def pack(bundle: Bundle) -> bytes:
    """Return the bundle as the compressed bytes that the version row keeps."""
    return zlib.compress(orjson.dumps(_written(bundle)))


def unpack(stored: bytes, sha256: str) -> Bundle:
    """Return the bundle that was packed.

    Errors: BundleDamaged when its hash is not the one it was published under.
    """
    bundle = _read(orjson.loads(zlib.decompress(stored)))
    if bundle.sha256 != sha256:
        raise BundleDamaged(
            _("The stored definition “%(key)s” is damaged: its hash differs.", key=bundle.key)
        )
    return bundle


def read_bundle(package: str, key: str, *, processes: Path = PROCESSES, forms: Path = FORMS) -> Bundle:
    """Read the shipped files of a definition: its diagram, all tables of its package, its forms, its parts.

    Shape: a called key that is no part of this server is left out; the gate names it.
    Errors: NoSuchDiagram.
    """
    own = _files_of(package, key, processes, forms)
    called = [registry.part(one) for one in called_keys(own.diagram) if registry.has_part(one)]
    parts = {part.key: _files_of(part.package, part.key, processes, forms) for part in called}
    return replace(own, parts=parts)


def _files_of(package: str, key: str, processes: Path, forms: Path) -> Bundle:
    diagram = processes / package / f"{key}.bpmn"
    if not diagram.is_file():
        raise NoSuchDiagram(_("There is no diagram %(name)s.", name=f"{package}/{key}.bpmn"))
    return Bundle(
        key=key,
        diagram=diagram.read_bytes(),
        tables={file.stem: file.read_bytes() for file in sorted((processes / package).glob("*.dmn"))},
        forms={file.stem: file.read_bytes() for file in sorted((forms / package / key).glob("*.json"))},
    )


def _written(bundle: Bundle) -> dict[str, Any]:
    files: dict[str, Any] = {
        "key": bundle.key,
        "diagram": bundle.diagram.decode(),
        "tables": {name: text.decode() for name, text in bundle.tables.items()},
        "forms": {name: text.decode() for name, text in bundle.forms.items()},
    }
    if bundle.parts:
        files["parts"] = [_written(part) for part in bundle.parts.values()]
    return files


def _read(files: Mapping[str, Any]) -> Bundle:
    parts = [_read(part) for part in files.get("parts", ())]
    return Bundle(
        key=files["key"],
        diagram=files["diagram"].encode(),
        tables=MappingProxyType({name: text.encode() for name, text in files["tables"].items()}),
        forms=MappingProxyType({name: text.encode() for name, text in files["forms"].items()}),
        parts=MappingProxyType({part.key: part for part in parts}),
    )
