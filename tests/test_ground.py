"""The lock file, the jars and the licence that `make setup` stands on."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")


def test_the_lock_file_names_no_address() -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", LOCK)


def test_every_locked_package_has_hashes() -> None:
    packages = re.split(r"\n(?=\S)", LOCK.strip())
    assert [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_the_lock_file_holds_every_pin_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
    pins = {entry.lower() for entry in declared if "==" in entry}
    locked = set(re.findall(r"^([a-z0-9._-]+==[^ ]+)", LOCK, flags=re.MULTILINE))
    assert pins - locked == set()


def test_the_jars_are_the_two_whose_digests_are_kept() -> None:
    kept = dict(reversed(line.split()) for line in (PROJECT / "tools/delta/SHA256SUMS").read_text().splitlines())
    if not (PROJECT / "jars").is_dir():
        pytest.skip("the jars are not there yet: make setup")
    there = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in (PROJECT / "jars").glob("*.jar")}
    assert there == kept
