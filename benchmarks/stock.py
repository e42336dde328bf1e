"""Drawn counties in a lake: drawn once, mended, and written through the store."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from benchmarks.county import County, draw_county
from benchmarks.forms import FORMS, PREPARE, drawn_tables, form
from jobs.audit import RuleBase
from jobs.relations import BILLS, region_of
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import SOURCE_TABLES
from lake.tables.schema import Table
from rules.book.compile import compile_rules
from rules.catalogue import RULE_TYPES
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.judge import CODED_TABLES, JudgedMonth, context, register_tasks, source_statements
from rules.shapes import SHAPES

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
FIRST_DAY = date(2024, 1, 1)
# Of the lines at fault in the raw draw one in this many stays so.
KEPT = 40
# Source tables that the bills hold already.
NO_RELATION = ("setl_d", "fee_list_d")
PRESENT = frozenset(table.name for table in drawn_tables() if table.name in SOURCE_TABLES)

# The shapes that judge lines; a stay or a person is left as drawn.
MENDED_SHAPES = ("line", "diagnosis", "pair", "window", "supply", "record")

# The lines that the raw draw has at fault, whatever the rule.
_FAULT = " UNION ".join(
    f"SELECT mdtrt_id, feedetl_sn FROM hit_{name} WHERE item_type = 1 AND feedetl_sn <> '*' AND subject IS NULL"
    for name in MENDED_SHAPES
)

# They get a code of the same kind that no rule names.
_MENDED = """
INSERT INTO mended
SELECT line.v, line.sn, dictionary.code_key, dictionary.code, item.name
FROM fault
JOIN billed_visit AS visit ON visit.mdtrt_id = fault.mdtrt_id
JOIN priced AS line ON line.v = visit.v AND line.sn = CAST(fault.feedetl_sn AS INTEGER)
JOIN (SELECT list_type, list(code ORDER BY code) AS codes FROM item WHERE NOT is_ruled GROUP BY list_type) AS free
    ON free.list_type = line.list_type
JOIN item ON item.code = free.codes[1 + draw(line.k, 51, len(free.codes))]
JOIN dictionary ON dictionary.kind = 'med' AND dictionary.code = item.code
WHERE draw(line.k * 32 + line.sn % 32, 52, {kept}) > 0
"""


def judged_months() -> list[JudgedMonth]:
    """All months of the county, waiting times over at its end."""
    return [JudgedMonth(month, date(2025, 12, 31)) for month in MONTHS]


def drawn_files(folder: Path, rulebase: Path, base: RuleBase, settings: Settings, lines: int, skewed: bool = False) -> Path:
    """Parquet files of every table of a county of ``lines`` lines under ``folder``; drawn unless they are there."""
    done = folder / "done.json"
    if done.is_file() and json.loads(done.read_text())["rulebook_ver"] == base.rulebook_ver:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    county = draw_county(rulebase, lines, folder / "spill", skewed)
    county.connection.execute(PREPARE)
    for table in drawn_tables():
        _write(county, table, folder)
    _mend(county, folder, base, settings)
    _write(county, next(table for table in drawn_tables() if table.name == "bill_line"), folder)
    county.connection.close()
    done.write_text(json.dumps({"rulebook_ver": base.rulebook_ver, "lines": lines}))
    return folder


def _write(county: County, table: Table, folder: Path) -> None:
    """One file, persons' lines together as they were drawn."""
    have = frozenset(county.connection.sql(FORMS[table.name]).columns)
    query = form(table, have)
    county.connection.execute(f"COPY ({query}) TO '{folder / table.name}.parquet' (FORMAT parquet, COMPRESSION zstd)")


def _mend(county: County, folder: Path, base: RuleBase, settings: Settings) -> None:
    """Judges the raw draw once and gives most lines at fault a code that no rule names: bills are right as a rule."""
    engine = DuckEngine(spill=folder / "spill", memory="6g")  # the county takes as much
    for name in (*BILLS, *PRESENT - set(NO_RELATION)):
        file = str(folder / f"{BILLS[name].name if name in BILLS else name}.parquet")
        engine.register_files(f"raw_{name}" if name in CODED_TABLES else name, [file])
    region = region_of(settings)
    run(engine, source_statements(region))
    register_tasks(engine, region, judged_months())
    for name, rows in compile_rules(base.rules, engine.arrow("code_dict"), PRESENT).items():
        engine.register(name, rows)
    for shape in (shape for shape in SHAPES if shape.name in MENDED_SHAPES):
        run(engine, shape.render(RULE_TYPES.values(), context(FIRST_DAY, PRESENT)))
    engine.sql("fault", _FAULT)
    county.connection.register("fault", engine.arrow("fault"))
    county.connection.execute(_MENDED.format(kept=KEPT))
    engine.close()


def write_lake(lake: Lake, drawn: Path) -> None:
    """Writes every table of the drawn county through the store."""
    for table in drawn_tables():
        lake.replace_all(table, lake.spark.read.parquet(str(drawn / f"{table.name}.parquet")))
