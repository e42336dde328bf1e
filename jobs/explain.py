"""The explain job: one published finding with everything that it stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.explanation import Account, explanation
from cases.waiver_rows import GRANTED
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.publications import last, last_under, read_published
from lake.tables import BILL_LINE, FINDING, FINDING_DETL, RULE, WAIVED, WAIVER
from lake.tables.schema import Table
from rules.catalogue import RULE_TYPES


def explain(lake_path: Path, jr_id: str, settings: Settings) -> str:
    """The explanation in Chinese of the finding ``jr_id`` of the last publication; BadInput if there is no such finding."""
    lake = open_published(lake_path, settings)
    publication = last(lake)
    if publication is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")

    def rows(table: Table, **wanted: object) -> list[dict[str, Any]]:
        return _rows(read_published(lake, table, publication), **wanted)

    found = rows(FINDING, jr_id=jr_id)
    if not found:
        raise BadInput(f"--finding {jr_id}: publication {publication.publication_id} has no such finding")
    (finding,) = found
    # A month keeps what an earlier rule base found until it is judged again, and that rule may have left since.
    rules = read_published(lake, RULE, last_under(lake, finding["rulebook_ver"]))
    (rule,) = _rows(rules, **{name: finding[name] for name in ("rule_type_id", "rule_id", "rule_ver")})
    detl = sorted(rows(FINDING_DETL, jr_id=jr_id), key=lambda row: (row["mdtrt_id"], row["feedetl_sn"]))
    lines = rows(BILL_LINE, mdtrt_id=sorted({row["mdtrt_id"] for row in detl}))
    waived = [row["waiver_id"] for row in rows(WAIVED, jr_id=jr_id)]
    waivers = rows(WAIVER, waiver_id=waived, stas=GRANTED)
    rule_type = RULE_TYPES[finding["rule_type_id"]]
    account = Account(
        finding=finding,
        rule=rule,
        type_name=rule_type.name_zh,
        law=rule_type.law,
        detl=detl,
        lines={(line["mdtrt_id"], line["feedetl_sn"]): line for line in lines},
        publication=str(publication.publication_id),
        waiver=waivers[0] if waivers else None,
    )
    return explanation(account)


def _rows(frame: DataFrame, **wanted: object) -> list[dict[str, Any]]:
    """The rows whose columns hold the wanted value, or one of a list."""
    for name, value in wanted.items():
        frame = frame.where(F.col(name).isin(value) if isinstance(value, list) else F.col(name) == F.lit(value))
    return [row.asDict() for row in frame.collect()]
