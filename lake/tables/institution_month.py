"""Features of institutions, month by month."""

# A feature reads best in one line, and Chinese counts twice.
# ruff: noqa: E501

from lake.tables.feature import ITEMS, PERSONS, SHARE, feature
from lake.tables.feature_groups import CARE, FOUND, MIX, REFILLS, TRENDS, VOLUMES, found_by_type
from lake.tables.schema import Column, Table

INSTITUTION_MONTH = Table(
    name="institution_month",
    meaning="one row per institution and month with a settlement, as known by the month's end",
    key=("month", "fixmedins_code"),
    partition=("month",),
    columns=(
        Column("month", "string", "month of the settlements, YYYY-MM"),
        Column("fixmedins_code", "string", "institution"),
        *VOLUMES,
        feature("patients", "bigint", "persons with a visit", "患者人数", PERSONS, "bill_visit.psn_no"),
        feature("doctors", "bigint", "doctors who ordered a line", "开单医师数", PERSONS, "bill_line.bilg_dr_codg"),
        feature("admission_share", "double", "share of stays among visits", "住院占就诊比", SHARE, "bill_visit.visit_class", "visits"),
        feature("aprv_bed_cnt", "bigint", "approved beds; missing if there are none", "编制床位", ITEMS, "fixmedins_d.aprv_bed_cnt"),
        feature(
            "bed_share", "double", "days of the stays settled in the month beside the approved beds on all days of it; can be above 1",
            "床位占用率", SHARE, "bill_visit, fixmedins_d.aprv_bed_cnt",
        ),
        feature("items_bought", "bigint", "drugs and consumables bought in the month", "采购品种数", ITEMS, "inventory_d.buy_cnt"),
        feature(
            "online_share", "double", "share of the count that was bought through the online procurement platform, mean over items",
            "网采率", SHARE, "inventory_d.buy_net_cnt", "items_bought",
        ),
        feature(
            "prescribed_patients", "bigint", "of a pharmacy: its patients with a line of a doctor elsewhere in the month",
            "当月有院内开单的购药人数", PERSONS, "bill_line, bill_visit.visit_class PHARM",
        ),
        feature(
            "top_doctor_share", "double", "share of them who saw the doctor whom most of them saw", "购药人集中于同一医师占比", SHARE,
            "bill_line.bilg_dr_codg, psn_no", "prescribed_patients",
        ),
        *MIX,
        *CARE,
        *REFILLS,
        *TRENDS,
        *FOUND,
        *found_by_type(confirmed=False),
        *found_by_type(confirmed=True),
    ),
)  # fmt: skip
