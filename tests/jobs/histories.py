"""Nights of drawn histories run in a lake, and what one whole audit of the same lake finds."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

from jobs.audit import RuleBase
from jobs.case_list import rank_cases
from jobs.ingest import ingest
from jobs.judge import judge
from jobs.night import plan
from jobs.nightly import judge_and_publish
from jobs.outcomes import refuse_confirmed
from jobs.settings_model import Settings
from jobs.waived import apply_waivers
from lake.publications import Publication
from lake.store import Lake
from lake.tables import CASE_LIST, COVERAGE, FINDING, FINDING_DETL, REFUSE_LIST, SOURCE_TABLES, TASK, TYPE_RUN
from tests.duck import rule_rows
from tests.generated.engine import accepted_rows
from tests.generated.histories import Night, Tables
from tests.generated.rule_rows import RuleRow

BUSINESS_DATE = date(2025, 4, 20)
COMPARED = (FINDING, FINDING_DETL, REFUSE_LIST, COVERAGE, TASK, CASE_LIST, TYPE_RUN)


def run_night(lake: Lake, settings: Settings, landing: Path, night: Night) -> Publication:
    """Loads what lies in the landing folder, judges and publishes, as ``fundguard nightly`` does."""
    land(landing, night.landing)
    ingest(lake, landing, "clear", None)
    return judge_and_publish(lake, settings, rule_base(night.rules), [night.month], BUSINESS_DATE)


def run_whole(lake: Lake, settings: Settings, night: Night, published: Publication) -> None:
    """Makes the bills, findings, lists and cases of all judged months anew from what was loaded."""
    months, history_from = plan(lake, settings, [night.month], BUSINESS_DATE, published.rulebook_ver, changed=True)
    judge(lake, settings, rule_base(night.rules), None, months, history_from, changed=True)
    apply_waivers(lake, settings, BUSINESS_DATE)
    refuse_confirmed(lake, settings, lake.read)
    rank_cases(lake, settings, [])


def differing(lake: Lake, published: Publication) -> dict[str, list[str]]:
    """By table the rows that only one of both has: what ``published`` pins (-) and what the lake holds now (+)."""
    return {table.name: rows for table in COMPARED if (rows := _differing(lake, published, table.name))}


def _differing(lake: Lake, published: Publication, name: str) -> list[str]:
    table = next(table for table in COMPARED if table.name == name)
    columns = [column for column in table.names if column != "shape_seconds"]
    before, now = (
        Counter(str(tuple(row)) for row in lake.read(table, version).select(*columns).collect())
        for version in (published.versions[name], None)
    )
    return [f"- {row}" for row in (before - now).elements()] + [f"+ {row}" for row in (now - before).elements()]


def land(folder: Path, batches: dict[str, Tables]) -> None:
    """The landing folder with these batches, and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    for batch_id, tables in batches.items():
        for name, rows in tables.items():
            (folder / batch_id).mkdir(parents=True, exist_ok=True)
            required = [column.name for column in SOURCE_TABLES[name].columns if column.required]
            columns = list(dict.fromkeys([*required, *(column for row in rows for column in row)]))
            with (folder / batch_id / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


def rule_base(rules: list[RuleRow]) -> RuleBase:
    """The rules as loaded; their content names the version."""
    content = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    return RuleBase(rule_rows(accepted_rows(rules)), hashlib.sha256(content.encode()).hexdigest()[:12])
