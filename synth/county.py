"""Generates a synthetic county: the one entry of this package."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lake.errors import BadInput
from lake.knowledge import icd9cm3, icd10
from synth import bills, diagnoses, items, lines, money, needs, records, stock, visits
from synth.batches import write_manifest, write_table
from synth.institutions import arrow, doctors, institutions
from synth.persons import person_rows, persons
from synth.planted.cases import plan_cases
from synth.planted.plan import Plan
from synth.profile import CountyProfile, CountyReport
from synth.rulefiles import open_rules

# Most tables are small: writing them takes the driver's time, not the workers'.
TABLES_AT_ONCE = 4
# Tables that come once, with the first batch.
STANDING = ("fixmedins_d", "prac_psn_d", "catalog_d", "medins_map_d")
INSTITUTION_COLUMNS = {
    "inst": pa.int32(), "hosp_rank": pa.int32(), "fixmedins_code": pa.string(), "fixmedins_name": pa.string(),
    "fixmedins_type": pa.string(), "hosp_lv": pa.string(), "ownership": pa.string(), "admdvs": pa.string(),
    "alliance_code": pa.string(), "aprv_bed_cnt": pa.int32(), "begndate": pa.string(), "enddate": pa.string(),
}  # fmt: skip
DOCTOR_COLUMNS = {
    "prac_psn_code": pa.string(), "prac_psn_name": pa.string(), "fixmedins_code": pa.string(), "dept_codg": pa.string(),
    "caty": pa.string(), "pro_tech_duty": pa.string(), "hi_dr_flag": pa.int32(), "begndate": pa.string(), "enddate": pa.string(),
}  # fmt: skip


def generate(spark: SparkSession, out: Path, rules: Path, profile: CountyProfile, truth: Path | None = None) -> CountyReport:
    """Write the county's landing batches to ``out`` and its truth table to ``truth`` (default: beside ``out``).

    ``out`` must not hold batches yet. The truth is a Parquet file outside the landing folder, which no job reads.
    """
    if out.is_dir() and any(out.iterdir()):
        raise BadInput(f"{out}: the folder is not empty; a county is written into a new one")
    truth = truth or out.parent / f"{out.name}-truth.parquet"
    report = CountyReport(out, truth)
    with timed(report, "rule files"):
        book = open_rules(rules)
        diagnoses.load_lists(book, str(icd10()), str(icd9cm3()))
        pools = diagnoses.department_diagnoses(book)
        book.register("department_diagnosis", pools)
    with timed(report, "planted cases"):
        plan = plan_cases(book, profile)
        plan.write_truth(truth)
        report.planted = plan.counts()
    draft = out.parent / f".{out.name}-draft"
    out.mkdir(parents=True, exist_ok=True)
    with timed(report, "visits and lines"):
        county = draft_county(spark, book, pools, plan, profile, draft)

    def write(table: str) -> None:
        with timed(report, table):
            batches = profile.batches[:1] if table in STANDING else profile.batches
            report.rows[table] = write_table(table, county[table], out, batches)

    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        list(pool.map(write, county))
    write_manifest(out / profile.batches[0])
    shutil.rmtree(draft)
    return report


def draft_county(
    spark: SparkSession, book: duckdb.DuckDBPyConnection, pools: pa.Table, plan: Plan, profile: CountyProfile, draft: Path
) -> dict[str, DataFrame]:
    """The rows of every source table, each with its ``batch_id``; what is used twice is kept in ``draft``."""

    def kept(name: str, frame: DataFrame) -> DataFrame:
        frame.write.mode("overwrite").parquet(f"{draft}/{name}")
        return spark.read.parquet(f"{draft}/{name}")

    first = profile.batches[0]
    places = small(spark, arrow(institutions(profile), INSTITUTION_COLUMNS))
    diseases = needs.quiet_diseases(book)
    people = kept("persons", persons(spark, profile, F.broadcast(plan.persons(spark))))
    ordinary = visits.visits(people, places, small(spark, pools), profile, diseases)
    seen = kept("visits", ordinary.unionByName(plan.visits(spark)))
    billed = kept("lines", money.priced_lines(all_lines(spark, book, seen, plan, profile), profile))
    settled = kept("settlements", money.settlements(billed, seen, profile))
    inventory = kept("inventory", stock.inventory_rows(billed, profile))
    catalogue = spark.createDataFrame(book.sql("SELECT * FROM catalogue").to_arrow_table())
    names = {name: small(spark, book.sql(f"SELECT code, name FROM {name}").to_arrow_table()) for name in ("icd10", "icd9")}
    tables = {
        "fee_list_d": bills.fee_rows(billed, profile),
        "setl_d": bills.settlement_rows(settled, profile),
        "mdtrt_d": bills.visit_rows(seen, profile),
        "diag_d": bills.diagnosis_rows(seen, names["icd10"]),
        "oprn_d": bills.operation_rows(seen, names["icd9"]),
        "psn_d": person_rows(people, seen, profile),
        "fixmedins_d": places.selectExpr("*", f"'{first}' AS batch_id"),
        "prac_psn_d": spark.createDataFrame(arrow(doctors(profile), DOCTOR_COLUMNS)).selectExpr("*", f"'{first}' AS batch_id"),
        "drord_d": records.order_rows(billed),
        "report_d": records.report_rows(billed, profile),
        "record_d": records.record_rows(seen),
        "consent_d": records.consent_rows(billed, needs.consents(book)),
        "onsite_d": records.onsite_rows(seen, profile),
        "filing_d": records.filing_rows(people, seen, profile, diseases),
        "inventory_d": inventory,
        "medins_map_d": stock.map_rows(billed, profile),
        "catalog_d": catalogue.selectExpr("*", f"'{first}' AS batch_id"),
        "fund_d": stock.fund_rows(settled, profile),
    }
    return {table: plan.added(spark, table, rows) for table, rows in tables.items()}


def all_lines(
    spark: SparkSession, book: duckdb.DuckDBPyConnection, seen: DataFrame, plan: Plan, profile: CountyProfile
) -> DataFrame:
    """Ordinary, ruled and planted lines before their money."""
    free = items.free_items(book, profile.seed)
    ruled = items.ruled_items(book, profile.seed)
    payable = diagnoses.payable_items(book, profile.seed, items.price())
    slots = lines.line_slots(seen, profile, plan.padded)
    ordinary = lines.ordinary_lines(slots, small(spark, free), items.sizes(free), profile)
    compliant = lines.ruled_lines(seen, small(spark, ruled), small(spark, payable), ruled.num_rows, profile)
    return ordinary.unionByName(compliant).unionByName(plan.lines(spark))


def small(spark: SparkSession, rows: pa.Table) -> DataFrame:
    """A frame to broadcast: institutions, code lists, departments; at most 50,000 rows whatever the size of the county."""
    return F.broadcast(spark.createDataFrame(rows))


@contextmanager
def timed(report: CountyReport, step: str) -> Iterator[None]:
    """Add the seconds of a step to the report."""
    started = time.monotonic()
    yield
    report.seconds[step] = round(time.monotonic() - started, 1)
