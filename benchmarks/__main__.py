"""`make bench`: what the audit costs beside a scan and beside plain SQL. LINES=10000000, SPARK_LINES=300000."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.against import against_plain
from benchmarks.measure import Cost, measured
from benchmarks.report import Row, write_report
from benchmarks.rulebase import full_base, only, times
from benchmarks.stock import FIRST_DAY, drawn_files, judged_months, write_lake
from jobs.audit import RuleBase, audit
from jobs.settings import Settings, load_settings
from jobs.spark import open_lake
from lake.store import Lake
from lake.tables import BILL_LINE, CODE_DICT, FINDING, TYPE_RUN
from rules.catalogue import RULE_TYPES

OUT = Path(__file__).parent / "out"
LINES = int(os.environ.get("LINES", "10000000"))
SPARK_LINES = int(os.environ.get("SPARK_LINES", str(min(LINES, 300_000))))
SEVENTEEN = ("V01", "V02", "V03", "V05", "V10", "V13", "V14", "V16", "V21", "V23", "V27", "V28",
             "S01", "S02", "S08", "S10", "S11")  # fmt: skip

log = logging.getLogger("benchmarks")


def settings_of(engine: str, *more: str) -> Settings:
    """Two cores, made-up persons, a heap of 2 GB; ``more``: further settings as key=value."""
    return load_settings([
        "identity.mode=clear", "spark.master=local[2]", "spark.driver_memory=2g", f"spark.local_dir={OUT / 'scratch'}",
        f"audit.engine={engine}", "audit.touched_only=true", *more,
    ])  # fmt: skip


def county(settings: Settings, base: RuleBase, lines: int, skewed: bool = False) -> Lake:
    """A lake with a drawn county of ``lines`` lines, written unless it is there."""
    name = f"{lines}-skewed" if skewed else str(lines)
    drawn = drawn_files(OUT / f"drawn-{name}", OUT / "rules", base, settings, lines, skewed)
    lake = open_lake(OUT / f"lake-{name}", settings)
    if not lake.exists(BILL_LINE):
        write_lake(lake, drawn)
    return lake


def scan(lake: Lake, columns: Sequence[str]) -> Cost:
    """Spark reads these columns of all lines once, and sums the money; the second time, when the JVM is warm."""
    read = [f"count({name})" for name in columns]
    for _ in range(2):
        with measured() as cost:
            lake.read(BILL_LINE).selectExpr("sum(net_cnt)", "sum(net_amt)", "sum(net_inscp)", *read).collect()
    return cost


def judged(name: str, lake: Lake, settings: Settings, base: RuleBase, lines: int) -> Row:
    """One audit of all months, with what it found and how many candidates it had."""
    with measured() as cost:
        audit(lake, settings, base, judged_months(), FIRST_DAY, lines)
    candidates = sum({row.rule_type_id: row.candidates for row in lake.read(TYPE_RUN).collect()}.values())
    row = Row(name, lines, base.rules.num_rows, cost, candidates, lake.read(FINDING).count())
    log.info("%s", row.text())
    return row


def main() -> None:
    """Draws what is missing, measures everything in one run and writes benchmarks/results.md."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    OUT.mkdir(exist_ok=True)
    settings = settings_of("duckdb")
    base = full_base(OUT / "rules")
    lake, half = county(settings, base, LINES), county(settings, base, LINES // 2)
    quarter, skewed = county(settings, base, LINES // 4), county(settings, base, LINES // 4, skewed=True)
    narrow, whole = scan(lake, ["code_key"]), scan(lake, BILL_LINE.names)
    log.info("scan and sum by Spark: %.2f s of four columns, %.2f s of all", narrow.seconds, whole.seconds)
    compared = against_plain(lake, settings, base, OUT)
    seventeen = only(base, SEVENTEEN)
    # Each visit of the busiest person is a finding of every rule that counts visits: what is written then is no skew.
    without_visit_counts = only(base, [name for name in RULE_TYPES if name != "S08"])
    rows = [
        judged("17 types", lake, settings, seventeen, LINES),
        judged("17 types, half the lines", half, settings, seventeen, LINES // 2),
        tenfold(lake, settings, seventeen),
        judged("all types", lake, settings, base, LINES),
        judged("all types, half the lines", half, settings, base, LINES // 2),
        judged("all types, a quarter of the lines", quarter, settings, base, LINES // 4),
        judged("all types, a quarter of the lines, skewed", skewed, settings, base, LINES // 4),
        judged("all but S08, a quarter of the lines", quarter, settings, without_visit_counts, LINES // 4),
        judged("all but S08, a quarter of the lines, skewed", skewed, settings, without_visit_counts, LINES // 4),
        *spark_rows(base, seventeen),
    ]
    write_report(Path(__file__).with_name("results.md"), machine(), (narrow, whole), compared, rows)


def spark_rows(base: RuleBase, seventeen: RuleBase) -> Iterable[Row]:
    """Both engines on a lake of SPARK_LINES lines."""
    lake = county(settings_of("duckdb"), base, SPARK_LINES)
    yield judged("17 types, embedded", lake, settings_of("duckdb"), seventeen, SPARK_LINES)
    yield judged("17 types, Spark", lake, settings_of("spark"), seventeen, SPARK_LINES)


def tenfold(lake: Lake, settings: Settings, base: RuleBase) -> Row:
    """Ten times the rules, the codes of the copies known to the dictionary; the dictionary is put back."""
    many, codes = times(base, 10)
    before = lake.read(CODE_DICT).toArrow()
    first = pc.max(before["code_key"]).as_py() + 1
    keys = pa.array(range(first, first + codes.num_rows), pa.int32())
    known, fresh = OUT / "known_codes.parquet", OUT / "fresh_codes.parquet"
    pq.write_table(before, known)
    pq.write_table(codes.append_column("code_key", keys), fresh)
    lake.replace_all(CODE_DICT, lake.spark.read.parquet(str(known), str(fresh)))
    row = judged("17 types, ten times the rules", lake, settings, many, LINES)
    lake.replace_all(CODE_DICT, lake.spark.read.parquet(str(known)))
    return row


def machine() -> str:
    """The machine in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, load {os.getloadavg()[0]:.1f} at the end"


if __name__ == "__main__":
    main()
