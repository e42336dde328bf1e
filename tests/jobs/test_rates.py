"""Rates learnt in a lake, and what goes to shadow by them and comes back; no night is needed for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from cases.members import placed
from jobs.case_list import case_types, rank_cases
from jobs.rates import learn_rates
from jobs.shadowed import apply_shadow
from lake.tables import BILL_LINE, CASE_LIST, FINDING, FINDING_DETL, OUTCOME, RULE, RULE_RATE, SHADOWED
from tests.cases.tables import frame, shown
from tests.jobs.nights import settings_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from jobs.settings import Settings
    from lake.store import Lake

# Thirty findings of R1 in March and one in April, all refuted but the last; one of R2, whose rule is in trial.
MANY = range(30)
DAY = dt.date(2025, 5, 1)


def settings(*overrides: str) -> Settings:
    return settings_of("case.shadow_below=0.1", "case.prior.S01=0.05", "audit.engine=duckdb", *overrides)


def fill(lake: Lake, spark: SparkSession, concluded_on: str = "2025-04-20") -> None:
    """A lake as nights left it: findings, their lines, cases, and a conclusion on each of March."""
    rows = [f"f{n:02d} | S01 | R1 | M{n:02d} | 2025-03 | active | 50.00 | 40.00" for n in MANY]
    rows += ["g1 | S01 | R1 | N1 | 2025-04 | active | 50.00 | 40.00", "g2 | S01 | R2 | N2 | 2025-04 | shadow | 50.00 | 40.00"]
    head = "jr_id | rule_type_id | rule_id | mdtrt_id | found_for | finding_stas | vola_amt | fund_amt"
    findings = frame(spark, "finding", "\n".join([head, *rows]))
    detl_head = "jr_id | mdtrt_id | feedetl_sn | found_for | vola_amt | fund_amt"
    detl_rows = [f"f{n:02d} | M{n:02d} | * | 2025-03 | 50.00 | 40.00" for n in MANY]
    detl = frame(spark, "finding_detl", "\n".join([detl_head, *detl_rows, "g1 | N1 | * | 2025-04 | 50.00 | 40.00"]))
    lake.replace_all(FINDING, findings)
    lake.replace_all(FINDING_DETL, detl)
    lake.replace_all(BILL_LINE, frame(spark, "bill_line", "mdtrt_id | feedetl_sn | setl_id\nM00 | L1 | S0"))
    lake.replace_all(
        RULE, frame(spark, "rule", "rule_id | rule_ver | rule_type_id | stas\nR1 | 1 | S01 | active\nR2 | 1 | S01 | shadow")
    )
    rank_cases(lake, settings(), [])
    cases = {row.jr_id: row.case_id for row in placed(findings, detl, case_types()).collect()}
    told = [f"o{n} | {cases[f'f{n:02d}']} | f{n:02d} | 不成立 | 0.00 | {concluded_on} | {n}" for n in MANY]
    outcome_head = "outcome_id | case_id | jr_id | conclusion | confirmed_amt | concluded_on | seq"
    lake.append(OUTCOME, frame(spark, "outcome", "\n".join([outcome_head, *told])))


def states(lake: Lake) -> dict[str, int]:
    return {row.finding_stas: row["count"] for row in lake.read(FINDING).groupBy("finding_stas").count().collect()}


def test_a_rule_goes_to_shadow_and_comes_back(lake: Lake, spark: SparkSession) -> None:
    fill(lake, spark)
    learn_rates(lake, settings(), dt.date(2025, 4, 19))
    assert shown(lake.read(RULE_RATE).where("rule_type_id = 'S01'"), "rule_id", "reviewed") == [("*", 0)]

    learn_rates(lake, settings(), DAY)
    learnt = shown(lake.read(RULE_RATE).where("rule_type_id = 'S01'"), "rule_id", "reviewed", "rate", "stas")
    # 0.5 of 10 expected and 0 of 30 concluded; the rule's own 30 beside that rate.
    assert [(rule, reviewed, stas) for rule, reviewed, _, stas in learnt] == [("*", 30, "active"), ("R1", 30, "shadow")]
    assert Decimal(learnt[0][2]) == Decimal("0.0125")

    assert apply_shadow(lake, settings(), DAY) == ["2025-03", "2025-04"]
    assert states(lake) == {"shadow": 32}
    assert lake.read(SHADOWED).count() == 31
    rank_cases(lake, settings(), [])
    assert lake.read(CASE_LIST).count() == 0
    # The next night learns the same from findings that are not listed any more, and moves nothing.
    version = lake.version(RULE_RATE)
    learn_rates(lake, settings(), dt.date(2025, 5, 2))
    assert (lake.version(RULE_RATE), apply_shadow(lake, settings(), dt.date(2025, 5, 2))) == (version, [])
    assert {row.since for row in lake.read(SHADOWED).select("since").collect()} == {DAY}

    kept = settings("case.keep_listed=R1")
    learn_rates(lake, kept, DAY)
    assert apply_shadow(lake, kept, DAY) == ["2025-03", "2025-04"]
    # R2 is in trial by the rule base: that is not this job's to change.
    assert states(lake) == {"active": 31, "shadow": 1}
    assert lake.read(SHADOWED).count() == 0


@pytest.mark.long
def test_a_month_that_was_judged_anew_goes_to_shadow_again(lake: Lake, spark: SparkSession) -> None:
    fill(lake, spark)
    learn_rates(lake, settings(), DAY)
    apply_shadow(lake, settings(), DAY)
    fresh = lake.read(FINDING).where("found_for = '2025-04' AND rule_id = 'R1'").replace("shadow", "active", ["finding_stas"])
    others = lake.read(FINDING).where("found_for = '2025-04' AND rule_id <> 'R1'")
    lake.replace(FINDING, fresh.unionByName(others).localCheckpoint(), "found_for IN ('2025-04')")
    assert apply_shadow(lake, settings(), dt.date(2025, 5, 3)) == ["2025-04"]
    assert states(lake) == {"shadow": 32}
    assert {row.since for row in lake.read(SHADOWED).select("since").collect()} == {DAY}
