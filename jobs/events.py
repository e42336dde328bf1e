"""What became of findings that were published: rows of finding_event, written before the publication that shows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import reduce

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from cases import members
from jobs.relations import in_months
from lake.code_version import code_version
from lake.frames import frame_of
from lake.publications import Publication, last_under, read_published
from lake.store import Lake
from lake.tables import COVERAGE, FINDING, FINDING_EVENT, REJECTS, RULE, SOURCE_TABLES, TASK

log = logging.getLogger(__name__)

WITHDRAWN = "withdrawn"
AMOUNTS = ("vola_amt", "fund_amt")
SHADOWED, LISTED_AGAIN = "认定率低，转入试运行", "认定率回升，恢复列入"
RULE_KEY = ("rule_type_id", "rule_id", "rule_ver")
_REASONS = {"found_for": pa.string(), "since": pa.string()}
_STANDING = pa.schema([*map(RULE.arrow_schema().field, RULE_KEY), ("rulebook_ver", pa.string()), ("stands", pa.bool_())])
DATA, RULES, SETTINGS, CODE, AGAIN = "数据更正", "规则库变更", "设置变更", "程序变更", "重新审核"
# Of findings that stand no more because their type was not judged, by its state in coverage, and that stand again when it is.
NOT_JUDGED = {"held_back": "规则类型暂缓判定", "not_evaluable": "规则类型无法判定"}
JUDGED_AGAIN = "规则类型恢复判定"


def record_events(lake: Lake, published: Publication | None, months: Sequence[str]) -> None:
    """Replaces what is not published of finding_event by how the findings of ``months`` differ from the last publication."""
    if published is None or not months:
        return
    told = read_published(lake, FINDING_EVENT, published)
    events = _events(lake, published, months, told).localCheckpoint()
    is_as_published = lake.version(FINDING_EVENT) == published.versions.get(FINDING_EVENT.name, -1)
    if events.isEmpty() and is_as_published:
        return
    last_told = told.agg(F.max("publication_id")).collect()[0][0] or 0
    lake.replace_changed(FINDING_EVENT, events, f"publication_id > {last_told}")
    log.info("findings: %s withdrawn or otherwise than published", f"{events.count():,}")


def _events(lake: Lake, published: Publication, months: Sequence[str], told: DataFrame) -> DataFrame:
    """One row per finding of before, or withdrawn once, that is otherwise now."""
    version = published.versions.get(FINDING.name)
    before = lake.read(FINDING, version).where(in_months(FINDING, months))
    after = lake.read(FINDING).where(in_months(FINDING, months))
    differing = _differing(before, after, told)
    reasons = frame_of(lake.spark, _REASONS, _month_reasons(lake, published, months).items())
    by_rule = _rules_that_stand(lake, differing)
    reasoned = (
        differing.join(reasons, on="found_for", how="left")
        .join(by_rule, on=[*RULE_KEY, "rulebook_ver"], how="left")
        .join(_states(read_published(lake, COVERAGE, published), "state_before"), on=["found_for", "rule_type_id"], how="left")
        .join(_states(lake.read(COVERAGE), "state_now"), on=["found_for", "rule_type_id"], how="left")
    )
    named = reasoned.withColumns({"publication_id": F.lit(published.publication_id + 1), "reason": _reason()})
    return FINDING_EVENT.conform(named)


def _differing(before: DataFrame, after: DataFrame, told: DataFrame) -> DataFrame:
    """Findings whose state or amounts differ, both of each; ``rulebook_ver`` is the one that found it before.

    A finding that was withdrawn in an earlier publication and is found again comes from that state.
    """
    latest = Window.partitionBy("jr_id").orderBy(F.col("publication_id").desc())
    gone = (
        told.withColumn("place", F.row_number().over(latest))
        .where((F.col("place") == 1) & (F.col("to_stas") == WITHDRAWN))
        .select("jr_id", F.lit(WITHDRAWN).alias("gone_stas"))
    )
    columns = ("found_for", *RULE_KEY, "rulebook_ver", "finding_stas", *AMOUNTS)
    was = before.select("jr_id", *[F.col(name).alias(f"was_{name}") for name in columns])
    now = after.select("jr_id", *[F.col(name).alias(f"now_{name}") for name in columns])
    both = was.join(now, on="jr_id", how="full").join(gone, on="jr_id", how="left")
    states = both.select(
        "jr_id",
        *[F.coalesce(f"now_{name}", f"was_{name}").alias(name) for name in ("found_for", *RULE_KEY)],
        F.coalesce("was_rulebook_ver", "now_rulebook_ver").alias("rulebook_ver"),
        F.coalesce("was_finding_stas", "gone_stas").alias("from_stas"),
        F.coalesce("now_finding_stas", F.lit(WITHDRAWN)).alias("to_stas"),
        *[_or_nothing(f"was_{name}").alias(f"{name}_before") for name in AMOUNTS],
        *[_or_nothing(f"now_{name}").alias(f"{name}_after") for name in AMOUNTS],
    )
    is_other_state = F.col("from_stas") != F.col("to_stas")
    is_other_amount = reduce(lambda a, b: a | b, [F.col(f"{name}_before") != F.col(f"{name}_after") for name in AMOUNTS])
    return states.where(F.col("from_stas").isNotNull() & (is_other_state | is_other_amount)).localCheckpoint()


def _or_nothing(name: str) -> Column:
    return F.coalesce(name, F.lit(0).cast("decimal(18,2)"))


def _month_reasons(lake: Lake, published: Publication, months: Sequence[str]) -> dict[str, str]:
    """What differs, by month, between how it was judged when it was published and how it is judged now."""
    then, now = _tasks(read_published(lake, TASK, published)), _tasks(lake.read(TASK))
    versions = lake.versions()
    everywhere = []
    if any(versions.get(name) != published.versions.get(name) for name in (*SOURCE_TABLES, REJECTS.name)):
        everywhere.append(DATA)
    if published.code_version != code_version():
        everywhere.append(CODE)
    reasons = {}
    for month in months:
        is_other_way = then.get(month, (None,))[1:] != now.get(month, (None,))[1:]
        found = [*everywhere, SETTINGS] if is_other_way else everywhere
        is_other_base = then.get(month, (None,))[0] != now.get(month, (None,))[0]
        reasons[month] = "、".join(found) or (RULES if is_other_base else AGAIN)
    return reasons


def _tasks(tasks: DataFrame) -> dict[str, tuple[object, ...]]:
    """By month: rule base, then what else decides its findings."""
    return {row.month: (row.rulebook_ver, row.settings_digest, row.as_of, row.history_from) for row in tasks.collect()}


def _rules_that_stand(lake: Lake, differing: DataFrame) -> DataFrame:
    """One row per rule of the findings, and rule base that found them, whose row stands in the rule base of now as it was."""
    bases = [row.rulebook_ver for row in differing.select("rulebook_ver").distinct().collect()]
    named = differing.select("rule_id").distinct()
    now = lake.read(RULE).select(*RULE.names).join(named, on="rule_id", how="left_semi").select(*RULE.names)
    standing = frame_of(lake.spark, _STANDING, [])
    for base in bases:
        then = read_published(lake, RULE, last_under(lake, base)).join(named, on="rule_id", how="left_semi").select(*RULE.names)
        same = then.intersect(now).select(*RULE_KEY, F.lit(base).alias("rulebook_ver"), F.lit(True).alias("stands"))
        standing = standing.unionByName(same)
    return standing


def _states(coverage: DataFrame, name: str) -> DataFrame:
    """The state of each month and rule type, under that name."""
    return coverage.select(F.col("month").alias("found_for"), "rule_type_id", F.col("state").alias(name))


def _reason() -> Column:
    """The sentence of an event: what became of the finding, and what changed since."""
    is_waived = F.col("to_stas") == members.WAIVED
    was_waived = (F.col("from_stas") == members.WAIVED) & (F.col("to_stas") == members.ACTIVE)
    verb = F.when(F.col("to_stas") == WITHDRAWN, "撤销：").when(F.col("from_stas") == WITHDRAWN, "恢复：").otherwise("变更：")
    is_shadowed = (F.col("to_stas") == members.SHADOW) & F.col("from_stas").isin(members.ACTIVE, members.WAIVED) & F.col("stands")
    was_shadowed = (F.col("from_stas") == members.SHADOW) & (F.col("to_stas") == members.ACTIVE) & F.col("stands")
    was_left_out = (F.col("from_stas") == WITHDRAWN) & F.col("state_before").isin(*NOT_JUDGED)
    unjudged = F.when(was_left_out, JUDGED_AGAIN)
    for state, words in NOT_JUDGED.items():
        unjudged = unjudged.when((F.col("to_stas") == WITHDRAWN) & (F.col("state_now") == state), words)
    since = F.when(F.col("stands"), F.coalesce(unjudged, F.col("since"))).otherwise(F.lit(RULES))
    moved = F.when(is_waived, "豁免").when(was_waived, "豁免终止").when(is_shadowed, SHADOWED).when(was_shadowed, LISTED_AGAIN)
    return moved.otherwise(F.concat(verb, since))
