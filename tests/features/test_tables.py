"""Feature tables of small bills, values written by hand."""

from __future__ import annotations

from decimal import Decimal

from lake.tables import FEATURE_TABLES
from lake.tables.feature import features_of
from lake.tables.rule_type_names import RULE_TYPE_NAMES
from rules.catalogue import RULE_TYPES
from tests.features.world import made, only

# p1 goes to two hospitals on one day in March, having spent 100.00 in each of January and February.
VISITS = """
    month   | mdtrt_id | psn_no | fixmedins_code | begn_time           | end_time            | visit_class | pay_loc
    2025-01 | v1       | p1     | h1             | 2025-01-10 08:00:00 |                     |             |
    2025-02 | v2       | p1     | h1             | 2025-02-10 08:00:00 |                     |             |
    2025-03 | v3       | p1     | h1             | 2025-03-10 08:00:00 |                     |             |
    2025-03 | v4       | p1     | h2             | 2025-03-10 15:00:00 |                     |             | 3
    2025-03 | v5       | p1     | h2             | 2025-03-12 08:00:00 | 2025-03-15 08:00:00 | IPT         |
    """
LINES = """
    month   | mdtrt_id | feedetl_sn | fee_time            | bilg_dr_codg | list_type | med_chrgitm_type | code_key | net_amt | net_inscp
    2025-01 | v1       | a          | 2025-01-10 09:00:00 |              |           |                  |          | 10000   |
    2025-02 | v2       | a          | 2025-02-10 09:00:00 |              |           |                  |          | 10000   |
    2025-03 | v3       | a          | 2025-03-10 09:00:00 |              | 101       | 09               | 7        | 3000    | 3000
    2025-03 | v3       | b          | 2025-03-10 23:00:00 |              | 201       | 03               |          | 1000    | 500
    2025-03 | v4       | a          | 2025-03-10 16:00:00 | d2           | 301       | 08               |          | 6000    | 0
    2025-03 | v5       | a          | 2025-03-15 07:00:00 | d2           | 201       | 05               |          | 20000   | 20000
    """  # noqa: E501 - a table reads best whole
SMALL = {
    "antibiotic": "code_key\n7",
    "day_off": "fee_date\n2025-03-15",
    "restricted_line": """
        mdtrt_id | feedetl_sn | hosp_appr_flag
        v3       | a          | 1
        """,
    "institution": """
        month   | fixmedins_code | aprv_bed_cnt
        2025-03 | h2             | 3
        """,
}


def test_a_persons_month_counts_days_kinds_and_places() -> None:
    told = made(LINES, VISITS, ["2025-03"], **SMALL)["person_month"]

    counted = ("lines", "visits", "fee_amt", "inscp_amt", "visit_days", "stays", "stay_days", "institutions")
    assert only(told, "month", "psn_no", *counted) == [("2025-03", "p1", 4, 3, Decimal("300.00"), Decimal("235.00"), 1, 1, 3, 2)]
    # One person alone is all there is: nothing to draw the shares towards.
    shares = ("drug_share", "exam_share", "consumable_share", "treatment_share", "antibiotic_share", "ownpay_share")
    assert only(told, *shares) == [(0.1, 0.0333, 0.2, 0.6667, 1.0, 0.2167)]
    assert only(told, "night_share", "holiday_share", "offsite_share", "override_share") == [(0.25, 0.25, 0.3333, 1.0)]
    assert only(told, "multi_institution_days", "drug_lines", "restricted_lines") == [(1, 1, 1)]


def test_a_month_is_told_beside_the_months_before() -> None:
    told = made(LINES, VISITS, ["2025-02", "2025-03"])["person_month"]

    # The lake begins in January: no mean of three months can be known in March.
    trends = [f"{name}_trend_{span}" for name in ("fee", "visit") for span in (1, 3, 6, 12)]
    assert only(told, "month", *trends) == [
        ("2025-02", 1.0, None, None, None, 1.0, None, None, None),
        ("2025-03", 3.0, None, None, None, 3.0, None, None, None),
    ]
    assert only(told, "lines_12m") == [(2,), (6,)]


def test_doctors_are_told_of_the_lines_that_they_ordered() -> None:
    told = made(LINES, VISITS, ["2025-03"], **SMALL)["doctor_month"]

    counted = ("lines", "visits", "fee_amt", "visit_days", "stays", "patients", "institutions", "visits_per_day")
    assert only(told, "bilg_dr_codg", *counted) == [
        ("d1", 2, 1, Decimal("40.00"), 1, 0, 1, 1, 1.0),
        ("d2", 2, 2, Decimal("260.00"), 1, 1, 1, 1, 1.0),
    ]


def test_institutions_have_beds_and_admissions() -> None:
    told = made(LINES, VISITS, ["2025-03"], **SMALL)["institution_month"]

    # Three days of one stay in 3 beds over 31 days.
    counted = ("visits", "stays", "patients", "doctors", "aprv_bed_cnt", "bed_share")
    assert only(told, "fixmedins_code", *counted) == [("h1", 1, 0, 1, 1, None, None), ("h2", 2, 1, 1, 1, 3, 0.0323)]


def test_visits_are_told_whole() -> None:
    told = made(LINES, VISITS, ["2025-03"], **SMALL)["visit_month"]

    shown = ("mdtrt_id", "bilg_dr_codg", "lines", "fee_amt", "stay_days", "fee_per_day", "drug_share", "is_offsite")
    assert only(told, *shown) == [
        ("v3", "d1", 2, Decimal("40.00"), None, None, 0.75, 0),
        ("v4", "d2", 1, Decimal("60.00"), None, None, 0.0, 1),
        ("v5", "d2", 1, Decimal("200.00"), 3, 66.6667, 0.0, 0),
    ]
    assert only(told, "same_day_visits", "same_day_institutions", "override_lines") == [(2, 2, 1), (2, 2, 0), (None, None, 0)]


def test_every_feature_is_declared_with_meaning_unit_and_source() -> None:
    for table in FEATURE_TABLES.values():
        for feature in features_of(table):
            assert all((feature.meaning, feature.name_zh, feature.source)), feature.name
            assert not feature.count or table.column(feature.count).kind == "bigint", feature.name
        assert len({feature.name_zh for feature in features_of(table)}) == len(features_of(table))
    assert {name: rule.name_zh for name, rule in RULE_TYPES.items()} == RULE_TYPE_NAMES
