"""What the feature statements read: bills, registers and findings of the window of months, each month as it was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cases.members import case_members
from jobs.case_list import case_types
from jobs.ingest.current import current_rows
from jobs.known import register_known
from jobs.night import last_day
from jobs.relations import in_months
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import (
    BILL_VISIT,
    CATALOG_D,
    CODE_DICT,
    FINDING,
    FINDING_DETL,
    OUTCOME,
)
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine

# Months before a month that its features look at.
REACH = 12
REFILL_REACH = 5
LINE, FINDING_GRAIN, CASE = 3, 2, 1  # grains of a conclusion, the narrowest the greatest
CONFIRMED = ("成立", "部分成立")
AnyEngine = DuckEngine | SparkEngine


@dataclass(frozen=True)
class Window:
    """``asked``: the months whose rows are made, in order; ``months``: these and the months that they look at."""

    asked: tuple[str, ...]
    months: tuple[str, ...]


def month_number(month: str) -> int:
    """Months since the year 0, plus one: what features/visits.py makes of a month."""
    return int(month[:4]) * 12 + int(month[5:])


def month_of_number(number: int) -> str:
    """The month of such a number."""
    return f"{(number - 1) // 12:04d}-{(number - 1) % 12 + 1:02d}"


def window_of(asked: Sequence[str]) -> Window:
    """The window of the asked months."""
    numbers = sorted({number - back for number in map(month_number, asked) for back in range(REACH + 1)})
    return Window(tuple(sorted(asked)), tuple(map(month_of_number, numbers)))


def register_inputs(lake: Lake, engine: AnyEngine, settings: Settings, window: Window) -> None:
    """Registers every relation that features/statements.py reads."""
    engine.register("asked", asked_rows(window))
    register_known(lake, engine, settings, window.months)
    engine.register("day_off", days_off(window, settings))
    _register(engine, "lake_start", lake_start(lake))
    _register(engine, "antibiotic", antibiotics(lake))
    _register(engine, "found", findings(lake, window))
    _register(engine, "finding_conclusion", conclusions(lake))


def _register(engine: AnyEngine, name: str, rows: DataFrame) -> None:
    """Registers a frame that is small beside the lines."""
    engine.register(name, rows.toArrow() if isinstance(engine, DuckEngine) else rows)


def asked_rows(window: Window) -> pa.Table:
    """One row for each asked month."""
    last_days = [last_day(month) for month in window.asked]
    numbers = [month_number(month) for month in window.asked]
    return pa.table(
        {
            "month": list(window.asked),
            "month_no": pa.array(numbers, pa.int32()),
            "days": pa.array([day.day for day in last_days], pa.int32()),
            "last_day": pa.array(last_days, pa.date32()),
            "reach_from": [month_of_number(number - REACH) for number in numbers],
            "refills_from": [month_of_number(number - REFILL_REACH) for number in numbers],
        }
    )


def days_off(window: Window, settings: Settings) -> pa.Table:
    """Every day off from a year before the window to its end: a stay's lines lie before its settlement."""
    first = date(int(window.months[0][:4]) - 1, 1, 1)
    days = [first + timedelta(days=step) for step in range((last_day(window.months[-1]) - first).days + 1)]
    worked, off = set(settings.features.working_days), set(settings.features.holidays)
    weekend = {day for day in days if day.weekday() >= 5}
    return pa.table({"fee_date": pa.array([day for day in days if day in off or (day in weekend - worked)], pa.date32())})


def lake_start(lake: Lake) -> DataFrame:
    """One row: the number of the first month with a settlement."""
    known = lake.read(BILL_VISIT).where("month > '0000-00'").select("month").distinct()
    number = F.substring("month", 1, 4).cast("int") * 12 + F.substring("month", 6, 2).cast("int")
    return known.agg(F.min(number).alias("month_no"))


def antibiotics(lake: Lake) -> DataFrame:
    """Codes of antibiotics for systemic use: ATC J01."""
    named = current_rows(lake, CATALOG_D).where(F.upper("atc").startswith("J01")).select(F.col("med_list_codg").alias("code"))
    codes = lake.read(CODE_DICT).where("kind = 'med'").select("code", "code_key")
    return named.distinct().join(codes, on="code", how="inner").select("code_key")


def findings(lake: Lake, window: Window) -> DataFrame:
    """Active findings of the window's months."""
    active = lake.read(FINDING).where(in_months(FINDING, window.months)).where("finding_stas = 'active'")
    number = F.substring("found_for", 1, 4).cast("int") * 12 + F.substring("found_for", 6, 2).cast("int")
    return active.select(
        F.col("found_for").alias("month"), number.alias("month_no"), "jr_id", "rule_type_id", "psn_no", "fixmedins_code",
        "mdtrt_id", "bilg_dr_codg",
    )  # fmt: skip


def conclusions(lake: Lake) -> DataFrame:
    """One row per conclusion and finding that it is about; ``grain``: on a line, on the finding, or on its case."""
    row_key = F.concat_ws("|", F.coalesce("mdtrt_id", F.lit("")), F.coalesce("feedetl_sn", F.lit("")))
    told = lake.read(OUTCOME).withColumns(
        {
            "row_key": row_key,
            "grain": F.when(F.col("jr_id").isNull(), CASE).when(F.col("feedetl_sn").isNull(), FINDING_GRAIN).otherwise(LINE),
            "is_confirmed": F.col("conclusion").isin(*CONFIRMED).cast("int"),
        }
    )
    members = case_members(lake.read(FINDING), lake.read(FINDING_DETL), case_types()).select("jr_id", "case_id")
    of_cases = told.where("jr_id IS NULL").drop("jr_id").join(members, on="case_id", how="inner")
    rows = told.where("jr_id IS NOT NULL").unionByName(of_cases)
    return rows.select("jr_id", "grain", "row_key", "concluded_on", "seq", "is_confirmed")
