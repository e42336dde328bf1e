"""The archive for closed networks: installed and run where there is no network, refused where it is not what was packed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.jobs.commands import ROOT
from tests.jobs.story import OVERRIDES, land_batches, write_rules
from tests.jobs.test_no_network import ALONE, can_be_alone

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not can_be_alone(), reason="this machine gives no process a network of its own"),
]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked archive of `make bundle`, which keeps the wheels it fetched in dist/."""
    made = subprocess.run(["make", "bundle"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    folder = tmp_path_factory.mktemp("bundle")
    subprocess.run(["tar", "-xf", ROOT / made.stdout.splitlines()[-1], "-C", folder], check=True)  # noqa: S603, S607
    (unpacked,) = folder.iterdir()
    return unpacked


def alone(words: Sequence[object], home: Path) -> subprocess.CompletedProcess[str]:
    """The command without a network, as a user who has nothing but Java and Python."""
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "JAVA_HOME", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603 - words of this file
        [*ALONE, *map(str, words)], cwd=home, env=kept | {"HOME": str(home)}, check=False, capture_output=True, text=True
    )


def test_it_installs_and_a_night_is_published_without_a_network(bundle: Path, tmp_path: Path) -> None:
    land_batches(tmp_path / "landing", "b1")
    write_rules(tmp_path / "rules")
    folders = [word for name in ("landing", "rules", "lake") for word in (f"--{name}", tmp_path / name)]
    settings = [word for setting in OVERRIDES for word in ("--set", setting)]

    installed = alone([bundle / "install.sh", tmp_path / "fundguard", "python3"], tmp_path / "home")
    assert installed.returncode == 0, installed.stderr
    command = tmp_path / "fundguard/.venv/bin/fundguard"
    assert installed.stdout.splitlines()[-1] == f"installed in {tmp_path}/fundguard; the command is {command}"

    night = alone([command, "nightly", *folders, "--month", "2025-02", "--date", "2025-03-01", *settings], tmp_path / "home")
    assert night.returncode == 0, night.stderr
    assert "published as 1" in night.stderr


def test_a_bundle_that_is_not_what_was_packed_is_refused(bundle: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(bundle, tmp_path / "broken", copy_function=os.link)
    wheel = next(broken.glob("wheels/typer-*.whl"))
    content = wheel.read_bytes()
    wheel.unlink()
    wheel.write_bytes(content[:-1])

    refused = alone([broken / "install.sh", tmp_path / "fundguard", "python3"], tmp_path / "home")

    assert refused.returncode == 6
    assert refused.stderr.splitlines()[-1] == "install.sh: the bundle is not what was packed; copy it again"
    assert not (tmp_path / "fundguard").exists()
