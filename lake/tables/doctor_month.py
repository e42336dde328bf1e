"""Features of doctors, month by month: of the lines that they ordered."""

# A feature reads best in one line, and Chinese counts twice.
# ruff: noqa: E501

from lake.tables.feature import ITEMS, LINES, PERSONS, SHARE, TIMES, feature
from lake.tables.feature_groups import CARE, FOUND, MIX, REFILLS, TRENDS, VOLUMES, found_by_type
from lake.tables.schema import Column, Table

DOCTOR_MONTH = Table(
    name="doctor_month",
    meaning="one row per doctor and month with a settled line that the doctor ordered, as known by the month's end",
    key=("month", "bilg_dr_codg"),
    partition=("month",),
    columns=(
        Column("month", "string", "month of the settlements, YYYY-MM"),
        Column("bilg_dr_codg", "string", "doctor who ordered the lines"),
        *VOLUMES,
        feature("patients", "bigint", "persons with a line of the doctor", "患者人数", PERSONS, "bill_line.psn_no"),
        feature("institutions", "bigint", "institutions that bill the doctor's lines", "执业机构数", ITEMS, "bill_line.fixmedins_code"),
        feature("visits_per_day", "double", "visits other than stays on a day that has any", "日均门诊量", TIMES, "bill_visit.begn_time"),
        feature(
            "pharmacy_patients", "bigint", "patients who bought in a pharmacy in the same month", "当月在药店购药的患者数", PERSONS,
            "bill_visit.visit_class PHARM",
        ),
        feature(
            "top_pharmacy_share", "double", "share of them who went to the pharmacy most of them went to", "患者集中于同一药店占比",
            SHARE, "bill_visit.fixmedins_code, psn_no", "pharmacy_patients",
        ),
        feature(
            "linked_lines", "bigint", "net lines of the month; missing where the register of doctors does not tell who the doctor is "
            "among insured persons", "已知本人参保编号的医师明细条数", LINES, "prac_psn_d.psn_no, bill_line",
        ),
        feature(
            "own_stay_share", "double", "share of the doctor's lines charged on a day strictly between admission and discharge of a stay "
            "of his own", "本人住院期间开单占比", SHARE, "prac_psn_d.psn_no, bill_visit.begn_time, end_time, bill_line.fee_date",
            "linked_lines",
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
