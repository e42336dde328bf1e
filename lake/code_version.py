"""Which code is at work: a hash of the source files, the same in every copy, with or without a repository."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# What decides a published row; tests, docs and the synthetic county do not.
PACKAGES = ("cases", "expectations", "jobs", "lake", "rules")
SUFFIXES = (".py", ".sql", ".csv", ".gz", ".yaml", ".json")


@cache
def code_version() -> str:
    """The first 16 hex digits of the SHA-256 over path and content of every source file."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for file in sorted((PROJECT / package).rglob("*")):
            if file.suffix in SUFFIXES:
                digest.update(f"{file.relative_to(PROJECT).as_posix()}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
