"""What the audit reads and shuffles of the bills does not grow with rule types or with rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from lake.tables import SOURCE_TABLES
from rules.book.compile import compile_rules
from rules.catalogue import RULE_TYPES
from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.judge import audit_statements
from rules.rule_type import RuleType
from rules.shapes import SHAPES
from tests.duck import REGION, rule_rows
from tests.engines.batch import FIRST_DAY, everything, judge_batch
from tests.engines.planning import PlanningEngine
from tests.generated.engine import accepted_rows

# Branches of types that are not there would be pruned, so that more types would seem to read more.
UNPRUNED = ("PruneFilters", "PropagateEmptyRelation", "OptimizeJoinCondition", "ConvertToLocalRelation")
PLANNING = {
    "spark.sql.optimizer.excludedRules": ",".join(f"org.apache.spark.sql.catalyst.optimizer.{name}" for name in UNPRUNED),
    "spark.sql.maxMetadataStringLength": "100000",
    "spark.sql.autoBroadcastJoinThreshold": "2m",
}
BROADCAST = "spark.sql.autoBroadcastJoinThreshold"
INPUTS = ("line", "visit", "settlement", "institution", "task", "dose_frequency", "code_dict")
LINES = 20_000


def types_that_fill_every_place() -> dict[str, RuleType]:
    """Few types that together use every place of every shape: where a place is left empty, Spark prunes what it reads."""
    filled: set[tuple[str, str]] = set()
    chosen = {}
    for name, rule in RULE_TYPES.items():
        places = {(rule.shape, place) for place in rule.logic or {}}
        if places - filled or rule.shape not in {shape for shape, _ in filled}:
            chosen[name] = rule
            filled |= places | {(rule.shape, "")}
    return chosen


@pytest.fixture
def planning(spark: SparkSession) -> Iterator[SparkSession]:
    """The session with settings that let plans be compared."""
    before = {name: spark.conf.get(name, None) for name in PLANNING}
    for name, value in PLANNING.items():
        spark.conf.set(name, value)
    yield spark
    for name, old in before.items():
        if old is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, old)


@pytest.fixture(scope="module")
def judged() -> DuckEngine:
    """The bills and source tables of a batch of everything."""
    engine = DuckEngine(threads=1)
    judge_batch(engine, everything(seeds=0))
    return engine


def rules(number: int) -> pa.Table:
    """As many rules, of all types: those of the contract's examples again and again under other names."""
    known = accepted_rows(everything(seeds=0).rules)
    copies = [row | {"rule_id": f"{row['rule_id']}_{copy}"} for copy in range(number // len(known) + 1) for row in known]
    return rule_rows(copies[:number])


def planned(
    spark: SparkSession, folder: Path, judged: DuckEngine, rule_count: int, types: Mapping[str, RuleType]
) -> PlanningEngine:
    """The plans of one audit."""
    engine = PlanningEngine(spark, folder)
    tables = [name for name in SOURCE_TABLES if name not in ("setl_d", "fee_list_d")]
    for name in (*INPUTS, *tables):
        rows = judged.arrow(name)
        copies = LINES // rows.num_rows + 1 if name == "line" else 1
        engine.register(name, pa.concat_tables([rows] * copies))
    for name, rows in compile_rules(rules(rule_count), judged.arrow("code_dict"), SOURCE_TABLES).items():
        engine.register(name, rows)
    statements = audit_statements(REGION, FIRST_DAY, SOURCE_TABLES, "test", False, types)
    run(engine, statements, kept=[f"hit_{shape.name}" for shape in SHAPES])
    engine.finish("finding", "finding_detl", "refuse_list")
    return engine


def told(what: str, engine: PlanningEngine) -> None:
    """Prints what a plan counts."""
    print(f"{what}: %d scans of bill_line, %d shuffles of it" % engine.total())


def test_types_add_no_scan_and_no_shuffle(planning: SparkSession, judged: DuckEngine, tmp_path: Path) -> None:
    # Nothing is broadcast: else the columns that a further type reads make a relation too large for it.
    planning.conf.set(BROADCAST, "-1")
    few_types = types_that_fill_every_place()

    few = planned(planning, tmp_path / "few-types", judged, 150, few_types)
    every = planned(planning, tmp_path / "all-types", judged, 150, RULE_TYPES)

    told(f"{len(few_types)} types", few)
    told(f"{len(RULE_TYPES)} types", every)
    assert every.nodes == few.nodes


def test_rules_add_no_scan_and_no_shuffle(planning: SparkSession, judged: DuckEngine, tmp_path: Path) -> None:
    # The bills of this test are some megabytes: above what is broadcast, as the rules are below, in a night as here.
    few = planned(planning, tmp_path / "few-rules", judged, 10, RULE_TYPES)
    many = planned(planning, tmp_path / "many-rules", judged, 10_000, RULE_TYPES)

    told("10 rules", few)
    told("10,000 rules", many)
    scans, shuffles = many.total()
    assert 0 < scans == few.total()[0] <= 100
    assert shuffles <= few.total()[1]
