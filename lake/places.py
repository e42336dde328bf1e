"""Where a lake lies: a folder of this machine, or of an object store (``s3://bucket/folder``).

A local folder is a plain ``Path``. One on an object store is universal-pathlib's, which has the same methods, so that the
files of a lake are read by the same lines; what differs beyond them is here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet

from lake.errors import BadInput

SCHEME = "s3://"
# Where the store is, by the variables that botocore and Spark both read; keys are in AWS_ACCESS_KEY_ID and
# AWS_SECRET_ACCESS_KEY, or wherever else both look for them.
ENDPOINT = "AWS_ENDPOINT_URL"
REGION = "AWS_REGION"


def place(text: str) -> Path:
    """The folder that a person names; BadInput for a kind of store that is not known here."""
    if text.startswith(SCHEME):
        from upath import UPath

        # Spark writes to the store as well, so what was listed before says nothing.
        options: dict[str, Any] = {"use_listings_cache": False}
        if region := os.environ.get(REGION):
            options["client_kwargs"] = {"region_name": region}
        return cast(Path, UPath(text.rstrip("/"), **options))
    if "://" in text:
        raise BadInput(f"{text}: must be a folder, or s3://bucket/folder (docs/cluster.md)")
    return Path(text)


def is_local(path: Path) -> bool:
    """Whether it lies on a file system of this machine."""
    return isinstance(path, Path)


def require_local(path: Path, what: str) -> None:
    """BadInput where ``what`` is asked for an object store, which it does not work on."""
    if not is_local(path):
        raise BadInput(f"{path}: {what} works on a lake in a folder only, not on an object store (docs/cluster.md)")


def spark_path(path: Path) -> str:
    """The path as Spark takes it."""
    return str(path) if is_local(path) else str(path).replace("s3://", "s3a://", 1)


def make_folder(path: Path) -> None:
    """Makes the folder if it is not there; an object store has none."""
    if is_local(path):
        path.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Puts the file in the place of what lay there, whole or not at all."""
    if not is_local(path):
        try:
            path.write_text(text, encoding="utf-8")
        except FileNotFoundError:
            raise BadInput(f"{path}: there is no such bucket; make it first") from None
        return
    make_folder(path.parent)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def remove_tree(path: Path) -> None:
    """Removes the folder with all that it holds, if it is there."""
    if is_local(path):
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        store_of(path).rm(str(path), recursive=True)


def open_parquet(path: Path) -> parquet.ParquetFile:
    """The Parquet file."""
    return parquet.ParquetFile(path if is_local(path) else path.open("rb"))


def read_parquet(paths: Sequence[str], schema: pa.Schema, columns: Sequence[str], partition: Sequence[str]) -> pa.Table:
    """Those columns of all the files' rows; ``partition``: columns of the schema that stand in the files' folders' names."""
    if not paths:
        return schema.empty_table().select(columns)
    folders = dataset.partitioning(pa.schema([schema.field(name) for name in partition]), flavor="hive") if partition else None
    store = None if is_local(place(paths[0])) else store_of(place(paths[0]))
    names = [path.removeprefix(SCHEME) for path in paths]
    files = dataset.dataset(names, schema=schema, format="parquet", filesystem=store, partitioning=folders)
    return files.to_table(columns=list(columns))


def read_all(paths: Sequence[Path]) -> list[bytes]:
    """What the files hold; of an object store many are fetched at once, since each answer takes its time."""
    if not paths or is_local(paths[0]):
        return [path.read_bytes() for path in paths]
    names = [str(path).removeprefix(SCHEME) for path in paths]
    held = store_of(paths[0]).cat(names)
    return [bytes(held[name]) for name in names]


def sizes(folder: Path, names: Sequence[str]) -> Mapping[str, int]:
    """Bytes of those of the named files below the folder that are there; an object store is asked once for all."""
    if is_local(folder):
        there = {name: folder / name for name in names}
        return {name: path.stat().st_size for name, path in there.items() if path.is_file()}
    above = str(folder).removeprefix(SCHEME) + "/"
    found = store_of(folder).find(str(folder), detail=True)
    held = {path.removeprefix(above): int(entry["size"]) for path, entry in found.items()}
    return {name: held[name] for name in names if name in held}


def store_of(path: Path) -> Any:
    """The file system of fsspec that a path on an object store belongs to."""
    return cast(Any, path).fs
