"""`python -m benchmarks.increment`: what a night with one new day of settlements costs beside a whole audit. LINES=10000000,
ENGINE=auto, MEMORY=2g.

A drawn county of 24 months is judged whole, without the visits that were settled on one day. Then that day's rows come as a
batch, and the night judges what they touch; then the whole is judged over the same rows, and both must find the same.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.__main__ import OUT, machine, settings_of
from benchmarks.forms import form
from benchmarks.measure import Cost, measured
from benchmarks.rulebase import full_base
from benchmarks.stock import MONTHS, PRESENT, drawn_files
from jobs.audit import RuleBase
from jobs.case_list import rank_cases
from jobs.judge import judge
from jobs.night import plan
from jobs.settings import Settings
from jobs.spark import open_lake
from lake.publications import Publication, last, publish
from lake.store import Lake
from lake.tables import BILL_LINE, FINDING, FINDING_DETL, REFUSE_LIST, SOURCE_TABLES

LINES = int(os.environ.get("LINES", "10000000"))
ENGINE = os.environ.get("ENGINE", "auto")
MEMORY = os.environ.get("MEMORY", "2g")
DAY = date(2025, 12, 16)
BUSINESS_DATE = date(2025, 12, 31)
SHARE = 0.05  # of the whole, at most, start-up apart
COMPARED = (FINDING, FINDING_DETL, REFUSE_LIST)

# The rows that the drawn bills came from.
_SETTLEMENTS = """
SELECT setl.*, visit.gend, visit.brdy, visit.med_type, setl.fund_amt * 0.01::DECIMAL(3, 2) AS fund_pay_sumamt,
    setl.inscp_amt * 0.01::DECIMAL(3, 2) AS inscp_scp_amt, 0 AS refd_setl_flag, 1 AS vali_flag, '1' AS hi_paymtd
FROM '{drawn}/bill_settlement.parquet' AS setl
JOIN '{drawn}/bill_visit.parquet' AS visit ON visit.mdtrt_id = setl.mdtrt_id
"""
_LINES = """
SELECT *, fee_time AS fee_ocur_time, net_cnt * 0.0001::DECIMAL(5, 4) AS cnt, net_amt * 0.01::DECIMAL(3, 2) AS det_item_fee_sumamt,
    net_inscp * 0.01::DECIMAL(3, 2) AS inscp_scp_amt, 1 AS vali_flag
FROM (SELECT * REPLACE (pric * 0.000001::DECIMAL(7, 6) AS pric) FROM '{drawn}/bill_line.parquet')
"""
_ROWS = {"setl_d": _SETTLEMENTS, "fee_list_d": _LINES}
_OF_DAY = "mdtrt_id IN (SELECT mdtrt_id FROM '{drawn}/bill_settlement.parquet' WHERE CAST(setl_time AS DATE) = DATE '{day}')"


def split_files(drawn: Path, folder: Path) -> None:
    """Parquet files of every source table, the rows of the day's visits apart: ``folder``/before and ``folder``/day."""
    of_day = _OF_DAY.format(drawn=drawn, day=DAY)
    with duckdb.connect() as connection:
        for name in sorted(PRESENT):
            table = SOURCE_TABLES[name]
            rows = _ROWS.get(name, "SELECT * FROM '{drawn}/{name}.parquet'").format(drawn=drawn, name=name)
            connection.execute(f"CREATE OR REPLACE TEMP VIEW drawn_row AS {rows}")
            have = frozenset(connection.sql("FROM drawn_row").columns)
            whose = {"before": f"NOT {of_day}", "day": of_day} if "mdtrt_id" in table.names else {"before": "TRUE"}
            for part, where in whose.items():
                (folder / part).mkdir(parents=True, exist_ok=True)
                query = form(table, have - {"batch_id", "file", "line_no"}, where, "SELECT * FROM drawn_row", part)
                connection.execute(f"COPY ({query}) TO '{folder / part / name}.parquet' (FORMAT parquet, COMPRESSION zstd)")


def load(lake: Lake, folder: Path) -> None:
    """Appends the files of a batch to the source tables."""
    for file in sorted(folder.glob("*.parquet")):
        lake.append(SOURCE_TABLES[file.stem], lake.spark.read.parquet(str(file)))


def night(lake: Lake, settings: Settings, base: RuleBase, published: Publication | None) -> dict[str, Cost]:
    """Bills, audit and cases; the whole where nothing is ``published``. Seconds by step."""
    costs: dict[str, Cost] = {}
    months, history_from = plan(lake, settings, MONTHS, BUSINESS_DATE, base.rulebook_ver, changed=True)
    with measured() as costs["bills and audit"]:
        moved = judge(lake, settings, base, published, months, history_from, changed=True)
    with measured() as costs["cases"]:
        rank_cases(lake, settings, moved)
    return costs


@contextmanager
def judged_apart(lake: Lake) -> Iterator[dict[str, int]]:
    """Fails unless the tables that the block leaves are what it found."""
    found = {table.name: lake.version(table) for table in COMPARED}
    yield found
    for table in COMPARED:
        before, now = lake.read(table, found[table.name]), lake.read(table)
        differing = before.exceptAll(now).count() + now.exceptAll(before).count()
        assert differing == 0, f"{table.name}: {differing} rows differ from the whole audit's"


def main() -> None:
    """Measures everything in one run and writes benchmarks/increment.md."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    OUT.mkdir(exist_ok=True)
    settings = settings_of(ENGINE, f"audit.embedded_memory={MEMORY}")
    base = full_base(OUT / "rules")
    files = OUT / f"increment-{LINES}"
    if not files.is_dir():
        split_files(drawn_files(OUT / f"drawn-{LINES}", OUT / "rules", base, settings, LINES), files)
    shutil.rmtree(OUT / "increment-lake", ignore_errors=True)
    lake = open_lake(OUT / "increment-lake", settings)
    load(lake, files / "before")
    night(lake, settings, base, None)
    publish(lake, BUSINESS_DATE, MONTHS[-1], MONTHS, base.rulebook_ver, settings.publication_digest())
    published = last(lake)
    lines = lake.read(BILL_LINE).count()
    load(lake, files / "day")
    part = night(lake, settings, base, published)
    new_lines = lake.read(BILL_LINE).count() - lines
    with judged_apart(lake):
        whole = night(lake, settings, base, None)
    write(lines, new_lines, part, whole)


def write(lines: int, new_lines: int, part: dict[str, Cost], whole: dict[str, Cost]) -> None:
    """The table of figures and the goal beside it."""
    share = sum(cost.seconds for cost in part.values()) / sum(cost.seconds for cost in whole.values())
    rows = [f"| {name} | {part[name].seconds:.1f} | {whole[name].seconds:.1f} |" for name in whole]
    text = [
        "# One new day", "", f"Written by `python -m benchmarks.increment` on {machine()}. One run: compare within it.", "",
        f"A drawn county of 24 months and {lines:,} lines under the full demo base; one day of settlements brings {new_lines:,}.",
        "", "| step | seconds, the day's night | seconds, all judged |", "|---|---:|---:|", *rows, "",
        f"Both find the same. The day's night takes {share:.1%} of the whole; the goal is at most {SHARE:.0%}.", "",
    ]  # fmt: skip
    Path(__file__).with_name("increment.md").write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
