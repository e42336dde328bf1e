"""Features of insured persons, month by month."""

from lake.tables.feature import DAYS, ITEMS, feature
from lake.tables.feature_groups import CARE, FOUND, MIX, REFILLS, TRENDS, VOLUMES
from lake.tables.schema import Column, Table

PERSON_MONTH = Table(
    name="person_month",
    meaning="one row per insured person and month with a settlement, as known by the month's end",
    key=("month", "psn_no"),
    partition=("month",),
    columns=(
        Column("month", "string", "month of the settlements, YYYY-MM"),
        Column("psn_no", "string", "insured person", identity="pseudonym"),
        *VOLUMES,
        feature("institutions", "bigint", "institutions visited", "就诊机构数", ITEMS, "bill_visit.fixmedins_code"),
        feature(
            "multi_institution_days", "bigint", "days on which visits other than stays began at two institutions or more",
            "同日多机构就诊天数", DAYS, "bill_visit.begn_time, fixmedins_code",
        ),
        *MIX,
        *CARE,
        *REFILLS,
        *TRENDS,
        *FOUND,
    ),
)  # fmt: skip
