"""Rows that refer to a visit, a settlement or a line that exists nowhere in the lake."""

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.ingest.faults import ORIGIN, as_rejects, fault
from jobs.ingest.reasons import NO_SUCH_LINE, NO_SUCH_SETTLEMENT, NO_SUCH_VISIT
from lake.tables import FEE_LIST_D, MDTRT_D, SETL_D, SOURCE_TABLES

REFERRING = tuple(name for name, table in SOURCE_TABLES.items() if "mdtrt_id" in table.names and table != MDTRT_D)
REFERRED = (MDTRT_D.name, SETL_D.name, FEE_LIST_D.name)


def orphans(stored: Mapping[str, DataFrame], judged: Mapping[str, DataFrame]) -> DataFrame:
    """One row per judged row whose reference exists nowhere, in the columns of `rejects`.

    ``stored`` are all rows of the referred tables, ``judged`` those to look at, by table: at least every row that
    may be an orphan, since an orphan does not exist for others. A key exists by any row, in whichever batch.
    """
    visits = stored[MDTRT_D.name].select("mdtrt_id").distinct().withColumn("visit_exists", F.lit(True))
    found = {name: _without_visit(rows, visits) for name, rows in judged.items() if name != FEE_LIST_D.name}
    if FEE_LIST_D.name in judged:
        settlements = stored[SETL_D.name]
        if SETL_D.name in found:
            settlements = settlements.join(found[SETL_D.name].select(*ORIGIN), on=list(ORIGIN), how="left_anti")
        detached, refunds = _judged_lines(judged[FEE_LIST_D.name], visits, settlements)
        unmatched = _without_original(refunds, stored[FEE_LIST_D.name], detached)
        found[FEE_LIST_D.name] = detached.unionByName(unmatched)
    return reduce(DataFrame.unionByName, [as_rejects(rows, SOURCE_TABLES[name]) for name, rows in found.items()])


def _without_visit(rows: DataFrame, visits: DataFrame) -> DataFrame:
    """The rows that name a visit which does not exist, with their fault. ``visits`` is unique by mdtrt_id."""
    joined = rows.join(visits, on="mdtrt_id", how="left")
    missing = joined.where(F.col("mdtrt_id").isNotNull() & F.col("visit_exists").isNull())
    return missing.withColumn("fault", fault("mdtrt_id", NO_SUCH_VISIT))


def _judged_lines(lines: DataFrame, visits: DataFrame, settlements: DataFrame) -> tuple[DataFrame, DataFrame]:
    """The lines without visit or settlement, with their fault; and the refunds among the others."""
    settled = settlements.select("setl_id").distinct().withColumn("settlement_exists", F.lit(True))
    known = lines.join(visits, on="mdtrt_id", how="left").join(settled, on="setl_id", how="left")
    no_visit = F.when(F.col("visit_exists").isNull(), fault("mdtrt_id", NO_SUCH_VISIT))
    no_settlement = no_visit.when(F.col("settlement_exists").isNull(), fault("setl_id", NO_SUCH_SETTLEMENT))
    checked = known.withColumn("fault", no_settlement)
    is_refund = F.col("fault").isNull() & (F.col("cnt") < 0)
    return checked.where(F.col("fault").isNotNull()), checked.where(is_refund)


def _without_original(refunds: DataFrame, lines: DataFrame, detached: DataFrame) -> DataFrame:
    """The refunds that name no billed line of their visit, with their fault. A refund is nobody's original."""
    billed = lines.where(F.col("cnt") >= 0).join(detached.select(*ORIGIN), on=list(ORIGIN), how="left_anti")
    originals = billed.select("mdtrt_id", F.col("feedetl_sn").alias("init_feedetl_sn"))
    unmatched = refunds.join(originals, on=["mdtrt_id", "init_feedetl_sn"], how="left_anti")
    return unmatched.withColumn("fault", fault("init_feedetl_sn", NO_SUCH_LINE))
