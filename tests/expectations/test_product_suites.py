"""Every expectation of the product suites: one planted fault that it finds, and clean products that it leaves alone."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pyarrow as pa
import pytest

from expectations.metrics import Measure, measures, relation_names, statements
from expectations.suites import PRODUCT_SUITES
from jobs.gate.places import places
from jobs.settings import load_settings
from lake.tables import (
    BILL_LINE,
    BILL_SETTLEMENT,
    CASE_LIST,
    DOCTOR_MONTH,
    FEATURE_TABLES,
    FINDING,
    FINDING_DETL,
    INSTITUTION_MONTH,
    PERSON_MONTH,
    VISIT_MONTH,
)
from rules.engines import run
from rules.engines.duck import DuckEngine
from tests.duck import ARROW, typed
from tests.expectations.world import TODAY, faults
from tests.ingest.landing import cells

Products = dict[str, list[dict[str, str]]]

JR = "a" * 64
PERSON = "b" * 64
PRODUCTS = {
    BILL_SETTLEMENT: """
        month   | setl_id
        2025-03 | s1
        """,
    BILL_LINE: f"""
        month   | mdtrt_id | feedetl_sn | setl_id | psn_no   | net_cnt | net_amt | net_inscp | age_year
        2025-03 | m1       | a          | s1      | {PERSON} | 10000   | 2000    | 1600      | 45
        """,
    FINDING: f"""
        jr_id | found_for | sev_deg | vola_cont | vola_evid | vola_amt | vola_inscp_amt | fund_amt
        {JR}  | 2025-03   | 1       | 限性别    | {{}}      | 20.00    | 16.00          | 8.00
        """,
    FINDING_DETL: f"""
        jr_id | mdtrt_id | feedetl_sn | vola_amt | fund_amt
        {JR}  | m1       | a          | 12.00    | 5.00
        {JR}  | m1       | b          | 8.00     | 3.00
        """,
    CASE_LIST: """
        month   | case_id | rank | findings | vola_amt | fund_amt | expected_amt | reasons
        2025-03 | c1      | 1    | 1        | 20.00    | 8.00     | 7.60         | 限性别
        2025-03 | c2      | 2    | 1        | 10.00    | 4.00     | 3.80         | 限性别
        """,
    PERSON_MONTH: f"""
        month   | psn_no   | visits | offsite_share
        2025-03 | {PERSON} | 1      | 0.0
        """,
    DOCTOR_MONTH: """
        month   | bilg_dr_codg | visits | offsite_share
        2025-03 | d1           | 1      | 0.0
        """,
    INSTITUTION_MONTH: """
        month   | fixmedins_code | visits | offsite_share | admission_share
        2025-03 | h1             | 1      | 0.0           | 1.0
        """,
    VISIT_MONTH: f"""
        month   | mdtrt_id | psn_no   | fixmedins_code
        2025-03 | m1       | {PERSON} | h1
        """,
}
KINDS = {**ARROW, "boolean": pa.bool_(), "strings": pa.list_(pa.string()), "ints": pa.list_(pa.int32()), "double": pa.float64()}

Plant = Callable[[Products], Products]


def change(table: str, place: int = 0, **values: str) -> Plant:
    def plant(products: Products) -> Products:
        other = copy.deepcopy(products)
        other[table][place].update(values)
        return other

    return plant


def again(table: str) -> Plant:
    return lambda products: {**products, table: [*products[table], products[table][0]]}


SUBJECT_MONTHS = ("person_month", "doctor_month", "institution_month")
PLANTED: dict[str, Plant] = {
    "bill_line.repeated": again("bill_line"),
    "bill_line.no_settlement": change("bill_line", setl_id="s2"),
    "bill_line.not_net": change("bill_line", net_cnt="0"),
    "bill_line.negative_scope": change("bill_line", net_inscp="-1"),
    "bill_line.other_month": change("bill_settlement", month="2025-04"),
    "bill_line.negative_age": change("bill_line", age_year="-1"),
    "bill_line.named": change("bill_line", psn_no="330102198001011234"),
    "bill_line.scope_beyond": change("bill_line", net_inscp="2006"),
    "finding.repeated": again("finding"),
    "finding.jr_id": change("finding", jr_id="1"),
    "finding.no_lines": lambda products: {**products, "finding_detl": []},
    "finding.no_words": change("finding", vola_cont=""),
    "finding.sev_deg": change("finding", sev_deg=""),
    "finding.amounts_missing": change("finding", fund_amt=""),
    "finding.negative": change("finding", vola_amt="-20.00"),
    "finding.other_sum": change("finding_detl", vola_amt="11.99"),
    "finding.fund_beyond": change("finding", fund_amt="20.01"),
    **{
        f"{table}.{check}": plant
        for table in FEATURE_TABLES
        for check, plant in {
            "repeated": again(table),
            "negative": change(table, lines="-1"),
            "not_finite": change(table, fee_to_peers="NaN", peer_visits="1"),
            "share_beyond": change(table, drug_share="1.0001", lines="1"),
        }.items()
    },
    **{f"{table}.without_count": change(table, drug_share="0.5") for table in SUBJECT_MONTHS},
    **{f"{table}.named": change(table, psn_no="330102198001011234") for table in ("person_month", "visit_month")},
    **{f"{table}.other_visits": change(table, visits="2") for table in ("person_month", "institution_month")},
    "case_list.repeated": again("case_list"),
    "case_list.same_rank": change("case_list", rank="2"),
    "case_list.empty": change("case_list", findings="0"),
    "case_list.negative": change("case_list", expected_amt=""),
    "case_list.no_reasons": change("case_list", reasons=""),
    "case_list.fund_beyond": change("case_list", fund_amt="20.01"),
}


def clean_products() -> Products:
    return {table.name: cells(text) for table, text in PRODUCTS.items()}


def measured(products: Products) -> dict[str, Measure]:
    """By "<table>.<check>" what the product suites measure."""
    engine = DuckEngine()
    for table in PRODUCTS:
        rows = products[table.name]
        columns = {c.name: pa.array([typed(row.get(c.name), c.kind) for row in rows], KINDS[c.kind]) for c in table.stored}
        engine.register(table.name, pa.table(columns))
    filled = places(load_settings([], environment={}), TODAY, ())
    found = {}
    for suite in PRODUCT_SUITES.values():
        run(engine, statements(suite, filled))
        for measure in measures(suite, {name: engine.arrow(name).to_pylist() for _, _, name, _ in relation_names(suite)}):
            found[f"{measure.table}.{measure.check.id}"] = measure
    return found


def test_clean_products_are_asked_everything_and_have_no_fault() -> None:
    found = measured(clean_products())

    assert faults(found) == {}
    assert {name for name, measure in found.items() if not measure.asked} == set()
    assert set(found) == set(PLANTED)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str) -> None:
    found = faults(measured(PLANTED[name](clean_products())))

    assert found.get(name, 0) >= 1, found


def test_a_night_without_findings_has_nothing_to_judge() -> None:
    nothing = clean_products() | {"finding": [], "finding_detl": [], "case_list": []}

    assert {name.split(".")[0] for name in measured(nothing)} == {"bill_line", *FEATURE_TABLES}
