"""What `fundguard config show` says is in force, and where it comes from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs.config import config_rows
from jobs.settings_model import PROJECT
from lake.errors import BadInput
from tests.jobs.commands import run


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """The project's settings, and a site's own."""
    shutil.copytree(PROJECT / "conf", tmp_path / "conf")
    (tmp_path / "conf" / "county.yaml").write_text(
        "sample_share: 0.05\ngate:\n  min_rows: 500\nspark:\n  conf: {spark.executor.memory: 8g, "
        "spark.hadoop.fs.s3a.secret.key: hush}\n"
        "model:\n  tracking_uri: https://mlflow:hush@models.example/\n",
        encoding="utf-8",
    )
    return tmp_path / "conf"


def test_the_last_who_names_a_setting_is_its_origin(conf: Path) -> None:
    environment = {"FUNDGUARD_ENV": "county"}
    rows = {key: (value, origin) for key, value, origin in config_rows(["gate.min_rows=20"], environment, conf)}

    assert rows["audit.engine"] == ("auto", "conf/base.yaml")
    assert rows["med_class.11"] == ("OTP", "conf/profile.yaml")
    assert rows["sample_share"] == ("0.05", "conf/county.yaml")
    assert rows["gate.min_rows"] == ("20", "--set")
    assert rows["spark.conf.spark.executor.memory"] == ("8g", "conf/county.yaml")
    assert rows["FUNDGUARD_ENV"] == ("county", "environment")


def test_no_secret_is_shown(conf: Path) -> None:
    environment = {"FUNDGUARD_ENV": "county", "FUNDGUARD_IDENTITY_KEY": "hush"}
    rows = {key: (value, origin) for key, value, origin in config_rows([], environment, conf)}

    assert "hush" not in str(rows)
    assert rows["FUNDGUARD_IDENTITY_KEY"] == ("******", "environment")
    assert rows["FUNDGUARD_NEW_IDENTITY_KEY"] == ("", "not set")
    assert rows["spark.conf.spark.hadoop.fs.s3a.secret.key"] == ("******", "conf/county.yaml")
    assert rows["model.tracking_uri"] == ("https://mlflow:******@models.example/", "conf/county.yaml")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("county.yaml", "audit:\n  speed: 9\n", "conf/county.yaml: there is no setting 'audit.speed'"),
        ("base.yaml", "sample_share: 0.02\n", "conf/base.yaml: the setting history_from is missing"),
    ],
)
def test_unknown_and_missing_settings_are_named(conf: Path, file: str, text: str, said: str) -> None:
    (conf / file).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        list(config_rows([], {"FUNDGUARD_ENV": "county"}, conf))


def test_the_command_prints_only_what_differs_if_asked() -> None:
    done = run(["config", "show", "--changed", "--set", "gate.mode=report"], FUNDGUARD_IDENTITY_KEY="hush")

    assert done.stdout.splitlines() == [
        "gate.mode = report    # --set",
        "FUNDGUARD_ENV =    # environment",
        "FUNDGUARD_IDENTITY_KEY = ******    # environment",
        "FUNDGUARD_NEW_IDENTITY_KEY =    # not set",
    ]


def test_the_version_is_said() -> None:
    done = run(["--version"])
    assert done.returncode == 0
    assert done.stdout.startswith("fundguard 0.1.0 (code ")
