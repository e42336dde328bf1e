"""What lies in the landing folder: batches, the file of each table, and what nobody knows."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from lake.errors import BadInput
from lake.landing.encoding import sha256_of
from lake.tables import SOURCE_TABLES

MANIFEST = "manifest.json"
FORMATS = (".csv", ".parquet")
# A batch_id stands in predicates and folder names of the lake.
BATCH_NAME = re.compile(r"[\w.\-]+")


@dataclass(frozen=True)
class LandedFile:
    """One table's file in one batch; ``stated_rows`` is what the manifest says, None if it says nothing.

    ``stamp``: bytes and time of the last change before it was hashed.
    """

    batch_id: str
    table: str
    path: Path
    sha256: str
    stamp: tuple[int, int]
    stated_rows: int | None = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def label(self) -> str:
        """How messages name the file."""
        return f"{self.batch_id}/{self.path.name}"


@dataclass(frozen=True)
class Landing:
    """All landed files in the text order of batch_id, and ``unknown``: entries that no table claims."""

    files: tuple[LandedFile, ...]
    unknown: tuple[str, ...]


def find_files(landing: Path) -> Landing:
    """Every table file below ``landing``, hashed and checked against its manifest.

    Raises BadInput for a missing or empty folder, two formats of one table, or a manifest that disagrees.
    """
    if not landing.is_dir():
        raise BadInput(f"landing folder {landing} does not exist")
    entries = sorted((entry for entry in landing.iterdir() if not entry.name.startswith(".")), key=lambda e: e.name)
    folders = [entry for entry in entries if entry.is_dir()]
    if not folders:
        raise BadInput(f"landing folder {landing} holds no batch folder")
    files: list[LandedFile] = []
    unknown = [entry.name for entry in entries if not entry.is_dir()]
    for folder in folders:
        batch_files, batch_unknown = _batch(folder)
        files += batch_files
        unknown += batch_unknown
    return Landing(tuple(files), tuple(unknown))


def _batch(folder: Path) -> tuple[list[LandedFile], list[str]]:
    """The table files of one batch folder in table order, and the entries that are none."""
    if not BATCH_NAME.fullmatch(folder.name):
        raise BadInput(f"batch folder {folder.name!r}: a batch_id holds letters, digits, '_', '-' and '.' only")
    tables: dict[str, Path] = {}
    unknown = []
    for path in sorted(folder.iterdir()):
        if path.name == MANIFEST or path.name.startswith("."):
            continue
        if path.suffix not in FORMATS or path.stem not in SOURCE_TABLES or not path.is_file():
            unknown.append(f"{folder.name}/{path.name}")
        elif path.stem in tables:
            names = f"{tables[path.stem].name} and {path.name}"
            raise BadInput(f"batch {folder.name}: {names} both hold {path.stem}; one format per table")
        else:
            tables[path.stem] = path
    if not tables:
        raise BadInput(f"batch {folder.name}: the folder holds no table file")
    stated = _manifest(folder)
    return [_landed(folder.name, table, tables[table], stated) for table in SOURCE_TABLES if table in tables], unknown


def _manifest(folder: Path) -> dict[str, dict]:
    """What the manifest states for each file; empty without a manifest."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    where = f"{folder.name}/{MANIFEST}"
    try:
        stated = json.loads(path.read_bytes())["files"]
        well_formed = all(isinstance(entry, dict) for entry in stated.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        well_formed = False
    if not well_formed:
        raise BadInput(f'{where}: must be JSON like {{"files": {{"setl_d.csv": {{"rows": 10, "sha256": "…"}}}}}}')
    for name in stated:
        if not (folder / name).is_file():
            raise BadInput(f"{where}: names {name}, which is not in the folder")
    return stated


def stamp_of(path: Path) -> tuple[int, int]:
    """What changes when somebody writes to the file."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def _landed(batch_id: str, table: str, path: Path, stated: dict[str, dict]) -> LandedFile:
    """The file with its hash; BadInput if the manifest states another or something that is no row count."""
    stamp = stamp_of(path)
    sha256 = sha256_of(path)
    entry = stated.get(path.name, {})
    rows = entry.get("rows")
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool)):
        raise BadInput(f"{batch_id}/{MANIFEST}: rows of {path.name} must be a whole number")
    if "sha256" in entry and str(entry["sha256"]).lower() != sha256:
        raise BadInput(f"{batch_id}/{path.name}: SHA-256 is {sha256}, the manifest says {entry['sha256']}")
    return LandedFile(batch_id, table, path, sha256, stamp, rows)
