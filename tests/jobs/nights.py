"""Nights run in process, and what they export."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from jobs.export import export
from jobs.nightly import load_and_judge
from jobs.settings import load_settings
from jobs.settings_model import Settings
from lake.publications import Publication
from tests.jobs.story import OVERRIDES

EXPORTED = ("finding", "finding_detl", "refuse_list", "coverage", "case_list", "rejects", "rule_rejects")
BUSINESS_DATE = date(2025, 4, 1)


def settings_of(*overrides: str) -> Settings:
    """The settings of the tests' nights."""
    return load_settings([*OVERRIDES, *overrides], environment={})


def night(folder: Path, landing: Path, rules: Path, month: str, *overrides: str) -> Publication:
    """Loads ``landing`` into ``folder``/lake, judges the month and publishes."""
    return load_and_judge(landing, rules, folder / "lake", [month], BUSINESS_DATE, settings_of(*overrides))


def exported(folder: Path, *tables: str) -> dict[str, str]:
    """The published tables as CSV texts."""
    out = folder / f"exported-{os.getpid()}.csv"
    texts = {}
    for table in tables or EXPORTED:
        export(folder / "lake", table, out, settings_of())
        texts[table] = out.read_text(encoding="utf-8")
    return texts


def table_versions(lake: Path) -> dict[str, list[str]]:
    """The commits of every table, by folder name."""
    return {log.parent.name: sorted(file.name for file in log.glob("*.json")) for log in sorted(lake.glob("*/_delta_log"))}
