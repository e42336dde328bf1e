"""What auditors conclude as one: a rule type, or a rule, in a case. Of it confirmation rates are learnt."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from cases.rates import WHOLE_TYPE

# Ten findings of a type in one case stand or fall by the same papers: they tell no more than one.
MATTER = ("case_id", "rule_type_id")


def matters_found(members: DataFrame) -> DataFrame:
    """Number of matters by month, rule_type_id and band: how many there are to be reviewed."""
    return _banded(members).groupBy("month", "rule_type_id", "band").count()


def matters_concluded(members: DataFrame, concluded: DataFrame) -> DataFrame:
    """One row per day, rule type, rule (``*``: the whole type) and band: reviewed, sampled, and the sum of their shares.

    ``members`` have ``drawn`` (1: by the random sample), ``concluded`` is ``concluded_findings``. A matter's share is the mean
    of its findings'.
    """
    shares = members.select("jr_id", *MATTER, "rule_id").join(concluded, on="jr_id", how="inner")
    of_type = _cells(shares.withColumn("rule_id", F.lit(WHOLE_TYPE)), members)
    return of_type.unionByName(_cells(shares, members))


def _cells(shares: DataFrame, members: DataFrame) -> DataFrame:
    key: Sequence[str] = ("known_by", *MATTER, "rule_id")
    mean = F.expr("sum(share) DIV count(share)").alias("share")
    matters = shares.groupBy(*key).agg(mean).join(_banded(members), on=[*MATTER], how="inner")  # _banded: one row a matter
    return matters.groupBy("known_by", "rule_type_id", "rule_id", "band").agg(
        F.count("*").alias("reviewed"), F.sum("drawn").alias("sampled"), F.sum("share").alias("share")
    )


def _banded(members: DataFrame) -> DataFrame:
    """One row per matter: its month, band and whether one of its findings was drawn."""
    return members.groupBy(*MATTER).agg(
        F.min("month").alias("month"), F.max(_band()).alias("band"), F.max("drawn").alias("drawn")
    )


def _band() -> Column:
    """The finding's band of amounts: the digits of its yuan, as what is reviewed by rank is mostly chosen by amount."""
    return F.length(F.floor("fund_amt").cast("string"))
