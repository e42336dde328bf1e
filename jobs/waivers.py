"""The waivers jobs: files of waivers come in, what there is is listed, one is revoked. The next night applies them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F

from cases.waiver_files import filled_rows
from cases.waiver_list import listed
from cases.waiver_rows import GRANTED, Waiver, WaiverReject, checked, new_rows, revocation, revoked_ids
from jobs.case_list import case_types
from jobs.run import recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import last, read_published
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import FINDING, RULE, WAIVED, WAIVER

log = logging.getLogger(__name__)


def import_waivers(lake_path: Path, path: Path, settings: Settings) -> tuple[list[Waiver], list[WaiverReject]]:
    """Adds the file's waivers to the table; rows that do not hold come back. Importing a file again adds nothing."""
    rows = filled_rows(path)
    with recorded(lake_path, "waivers import"), one_writer(lake_path):
        lake = _published_lake(lake_path, settings)

        def known(rule_ids: Sequence[str]) -> set[str]:
            # A month keeps findings of rules that have left the rule base since.
            named = read_published(lake, RULE).select("rule_id").unionByName(read_published(lake, FINDING).select("rule_id"))
            return {row.rule_id for row in named.where(F.col("rule_id").isin(list(rule_ids))).distinct().collect()}

        waivers, rejects = checked(rows, known, case_types())
        added = new_rows(waivers, _stored(lake))
        _append(lake, added)
        log.info("waivers: %d added, %d known already, %d set aside", len(added), len(waivers) - len(added), len(rejects))
        return waivers, rejects


def revoke_waiver(lake_path: Path, waiver_id: str, reason: str, settings: Settings) -> bool:
    """Adds the row that revokes a waiver; False if it was revoked before. BadInput if there is no such waiver."""
    if not reason.strip():
        raise BadInput("--reason: must say why the waiver is revoked")
    with recorded(lake_path, "waivers revoke"), one_writer(lake_path):
        lake = _published_lake(lake_path, settings)
        stored = _stored(lake)
        if waiver_id not in {row["waiver_id"] for row in stored if row["stas"] == GRANTED}:
            raise BadInput(f"{waiver_id}: no such waiver; `fundguard waivers list` shows them")
        if waiver_id in revoked_ids(stored):
            return False
        _append(lake, [revocation(waiver_id, reason.strip(), stored)])
        return True


def list_waivers(lake_path: Path, business_date: date, settings: Settings) -> str:
    """All waivers in Chinese as of a business date, with how many findings each waives in the last publication."""
    lake = open_published(lake_path, settings)
    counted = read_published(lake, WAIVED).groupBy("waiver_id").count().collect()  # one row a waiver
    return listed(_stored(lake), business_date, {row["waiver_id"]: row["count"] for row in counted})


def _published_lake(lake_path: Path, settings: Settings) -> Lake:
    check_lake(lake_path)
    lake = open_published(lake_path, settings)
    if last(lake) is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    return lake


def _stored(lake: Lake) -> list[dict[str, Any]]:
    """All rows of the table, as they were added: what people wrote, so they fit in memory."""
    return [row.asDict() for row in lake.read(WAIVER).orderBy("seq").collect()]


def _append(lake: Lake, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        lake.append(WAIVER, WAIVER.frame(lake.spark, [[row.get(name) for name in WAIVER.names] for row in rows]))
