"""Every expectation of the source suites: one planted fault that it finds, and a clean world that it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from expectations.suites import SOURCE_SUITES
from rules.engines.spark import SparkEngine
from tests.expectations.world import World, added, changed, clean_world, faults, measured, settled_days

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import SparkSession

Plant = Callable[[World], World]
IN_CLEAR = {"is_hashed": "FALSE"}


def change(table: str, place: int = 0, **values: str) -> Plant:
    return lambda world: changed(world, table, place, **values)


def add(table: str, place: int = 0, **values: str) -> Plant:
    return lambda world: added(world, table, place, **values)


def drop(table: str) -> Plant:
    return lambda world: {**world, table: world[table][1:]}


PERSONS = ("setl_d", "mdtrt_d", "fee_list_d", "diag_d", "psn_d", "prac_psn_d", "filing_d")
REQUIRED = {
    f"{table}.{check.id}": change(table, **{check.id.removesuffix("_missing"): ""})
    for table, suite in SOURCE_SUITES.items()
    for check in suite.checks
    if check.id.endswith("_missing")
}
# What the check is about → the change that it must notice.
PLANTED: dict[str, Plant] = {
    **REQUIRED,
    **{f"{table}.psn_no_named": change(table, psn_no="330102198001011234") for table in PERSONS},
    "fee_list_d.product": change("fee_list_d", pric="100.00"),
    "fee_list_d.parts": change("fee_list_d", preselfpay_amt="2.00"),
    "fee_list_d.scope_beyond": change("fee_list_d", inscp_scp_amt="170.00"),
    "fee_list_d.negative": change("fee_list_d", det_item_fee_sumamt="-20.00"),
    "fee_list_d.other_person": change("fee_list_d", psn_no="b" * 64),
    "fee_list_d.other_institution": change("fee_list_d", fixmedins_code="h2"),
    "fee_list_d.other_visit": change("fee_list_d", setl_id="s2"),
    "fee_list_d.outside_visit": change("fee_list_d", fee_ocur_time="2025-02-28 23:59:59"),
    "fee_list_d.future": change("fee_list_d", fee_ocur_time="2025-04-02 00:00:00"),
    "fee_list_d.unknown_item": change("fee_list_d", med_list_codg="A01"),
    "fee_list_d.item_out_of_date": change("catalog_d", enddate="2025-03-02"),
    "fee_list_d.unmapped_item": change("fee_list_d", medins_list_codg="own2"),
    "fee_list_d.unknown_doctor": change("fee_list_d", bilg_dr_codg="d2"),
    "fee_list_d.doctor_out_of_date": change("prac_psn_d", begndate="2025-03-03"),
    "fee_list_d.list_type": change("fee_list_d", list_type="西药"),
    "fee_list_d.chrgitm_lv": change("fee_list_d", chrgitm_lv="甲"),
    "fee_list_d.vali_flag": change("fee_list_d", vali_flag="2"),
    "fee_list_d.refund_count": change("fee_list_d", 2, cnt="-3"),
    "fee_list_d.refund_amount": change("fee_list_d", 2, det_item_fee_sumamt="-45.00"),
    "setl_d.total": change("setl_d", psn_part_amt="14.00"),
    "setl_d.fund_parts": change("setl_d", hifp_pay="20.00"),
    "setl_d.person_parts": change("setl_d", acct_pay="0.00"),
    "setl_d.fund_beyond": change("setl_d", fund_pay_sumamt="200.00"),
    "setl_d.lines_total": change("fee_list_d", det_item_fee_sumamt="200.00"),
    "setl_d.lines_scope": change("setl_d", inscp_scp_amt="3.05"),
    "setl_d.lines_own": change("setl_d", preselfpay_amt="25.00"),
    "setl_d.no_lines": change("fee_list_d", 3, setl_id="s0"),
    "setl_d.other_person": change("setl_d", psn_no="b" * 64),
    "setl_d.unknown_person": drop("psn_d"),
    "setl_d.other_sex": change("psn_d", gend="1"),
    "setl_d.other_birth": change("setl_d", brdy="1981-01-01"),
    "setl_d.same_content": add("setl_d", setl_id="s9", batch_id="b1"),
    "setl_d.two_sexes": add("setl_d", setl_id="s9", gend="1", medfee_sumamt="9.00", batch_id="b1"),
    "setl_d.period": change("setl_d", enddate="2025-02-28"),
    "setl_d.before_discharge": change("setl_d", setl_time="2025-03-08 23:59:59"),
    "setl_d.future": change("setl_d", setl_time="2025-04-02 00:00:00"),
    "setl_d.born_after": change("setl_d", brdy="2025-03-10"),
    "setl_d.no_original": change("setl_d", 1, init_setl_id="s8"),
    "setl_d.refund_beyond": change("setl_d", 1, medfee_sumamt="-100.00"),
    "setl_d.unknown_institution": change("setl_d", fixmedins_code="1"),
    "setl_d.institution_out_of_date": change("fixmedins_d", enddate="2025-03-08"),
    "setl_d.other_level": change("setl_d", hosp_lv="2"),
    "setl_d.gend": change("setl_d", gend="男"),
    "setl_d.hosp_lv": change("setl_d", hosp_lv="12"),
    "setl_d.med_type": change("setl_d", med_type="99"),
    "setl_d.pay_loc": change("setl_d", pay_loc="6"),
    "setl_d.hi_paymtd": change("setl_d", hi_paymtd="DRG"),
    "setl_d.vali_flag": change("setl_d", vali_flag="9"),
    "mdtrt_d.ended_first": change("mdtrt_d", endtime="2025-03-01 07:59:59"),
    "mdtrt_d.future": change("mdtrt_d", endtime="2025-04-02 00:00:00"),
    "mdtrt_d.med_type": change("mdtrt_d", med_type="99"),
    "mdtrt_d.dscg_way": change("mdtrt_d", dscg_way="7"),
    "mdtrt_d.matn_stas": change("mdtrt_d", matn_stas="否"),
    "mdtrt_d.vali_flag": change("mdtrt_d", vali_flag="9"),
    "mdtrt_d.unknown_person": drop("psn_d"),
    "mdtrt_d.unknown_institution": change("mdtrt_d", fixmedins_code="1"),
    "mdtrt_d.unknown_doctor": change("mdtrt_d", chfpdr_code="1"),
    "mdtrt_d.doctor_out_of_date": change("prac_psn_d", enddate="2025-02-28"),
    "mdtrt_d.same_content": add("mdtrt_d", mdtrt_id="m9", batch_id="b1"),
    "mdtrt_d.certno_in_text": change("mdtrt_d", main_cond_dscr="证件33010219800101123X 发热"),
    "mdtrt_d.no_diagnosis": lambda world: changed(changed(world, "diag_d", 0, mdtrt_id="m0"), "diag_d", 1, mdtrt_id="m0"),
    "mdtrt_d.main_diagnosis": change("diag_d", 1, maindiag_flag="1"),
    "diag_d.unknown_code": change("diag_d", diag_code="J18.9"),
    "diag_d.inout_diag_type": change("diag_d", inout_diag_type="3"),
    "diag_d.maindiag_flag": change("diag_d", maindiag_flag="2"),
    "diag_d.vali_flag": change("diag_d", vali_flag="2"),
    "diag_d.other_person": change("diag_d", psn_no="b" * 64),
    "diag_d.certno_in_text": change("diag_d", diag_name="330102198001011234"),
    "oprn_d.unknown_code": change("oprn_d", oprn_oprt_code="33.24"),
    "oprn_d.main_oprn_flag": change("oprn_d", main_oprn_flag="2"),
    "oprn_d.ended_first": change("oprn_d", oprn_oprt_endtime="2025-03-03 08:59:59"),
    "psn_d.gend": change("psn_d", gend="3"),
    "psn_d.born_in_future": change("psn_d", brdy="2025-04-02"),
    "psn_d.dead_before_birth": change("psn_d", die_date="1979-12-31"),
    "fixmedins_d.hosp_lv": change("fixmedins_d", hosp_lv="三甲"),
    "fixmedins_d.fixmedins_type": change("fixmedins_d", fixmedins_type="3"),
    "fixmedins_d.period": change("fixmedins_d", enddate="2019-12-31"),
    "prac_psn_d.unknown_institution": change("prac_psn_d", fixmedins_code="h2"),
    "prac_psn_d.hi_dr_flag": change("prac_psn_d", hi_dr_flag="2"),
    "prac_psn_d.period": change("prac_psn_d", enddate="2019-12-31"),
    "prac_psn_d.unknown_person": change("prac_psn_d", psn_no="c" * 64),
    "drord_d.outside_visit": change("drord_d", drord_isu_time="2025-03-10 00:00:00"),
    "drord_d.ended_first": change("drord_d", drord_endtime="2025-03-02 08:59:59"),
    "drord_d.drord_type": change("drord_d", drord_type="长期"),
    "drord_d.vali_flag": change("drord_d", vali_flag="2"),
    "report_d.exam_rslt_abn": change("report_d", exam_rslt_abn="+"),
    "report_d.reported_first": change("report_d", rpt_date="2025-03-01"),
    "report_d.future": change("report_d", exam_date="2025-04-02", rpt_date="2025-04-03"),
    "record_d.outside_visit": change("record_d", rec_time="2025-02-28 09:00:00"),
    "record_d.in_bed_flag": change("record_d", in_bed_flag="2"),
    "consent_d.sign_flag": change("consent_d", sign_flag="2"),
    "consent_d.future": change("consent_d", sign_time="2025-04-02 09:00:00"),
    "onsite_d.outside_visit": change("onsite_d", chk_time="2024-03-02 09:00:00"),
    "onsite_d.in_bed_flag": change("onsite_d", in_bed_flag="2"),
    "onsite_d.id_match_flag": change("onsite_d", id_match_flag="2"),
    "filing_d.filing_type": change("filing_d", filing_type="门慢"),
    "filing_d.period": change("filing_d", enddate="2024-12-31"),
    "filing_d.unknown_person": change("filing_d", psn_no="c" * 64),
    "inventory_d.ym": change("inventory_d", ym="202503"),
    "inventory_d.negative": change("inventory_d", buy_cnt="-1"),
    "inventory_d.more_than_there_was": change("inventory_d", close_cnt="31"),
    "inventory_d.unknown_institution": change("inventory_d", fixmedins_code="h2"),
    "medins_map_d.unknown_item": change("medins_map_d", med_list_codg="A01"),
    "medins_map_d.period": change("medins_map_d", enddate="2019-12-31"),
    "catalog_d.list_type": change("catalog_d", list_type="药"),
    "catalog_d.chrgitm_lv": change("catalog_d", chrgitm_lv="4"),
    "catalog_d.price_ref": change("catalog_d", price_ref="-1.00"),
    "catalog_d.period": change("catalog_d", enddate="2019-12-31"),
    "fund_d.ym": change("fund_d", ym="2025-3"),
    "fund_d.negative": change("fund_d", income="-1.00"),
    "batch_file.empty_batch": change("batch_file", rows_read="0"),
    "batch_file.unusable": lambda world: {**world, "reject": world["reject"] * 101},
    "batch_file.unreadable": change("batch_file", warnings="101"),
    "batch_file.empty_file": change("batch_file", rows_read="0"),
    "batch_file.orphans": change("reject", is_orphan="1"),
    "batch_file.undeclared_column": change("column", is_declared="0"),
}
IN_CLEAR_PLANTED = {f"{table}.psn_no_certno": change(table, psn_no="330102198001011234") for table in PERSONS}

# Sixty settlements a day in the eight weeks before, and in the ten days of the batch.
STEADY = [
    row
    for institution in ("h1", "h2")
    for row in (
        *settled_days(date(2025, 1, 6), 56, 60, "b1", institution),
        *settled_days(date(2025, 3, 3), 10, 60, "b2", institution),
    )
]
BATCH_DAYS = {f"2025-03-{day:02d}" for day in range(3, 13)}


def only(keep: Callable[[dict[str, str], str], bool]) -> World:
    """The steady world with those settlements of the batch's days that are kept; ``keep`` gets the row and its day."""
    return {"setl_d": [row for row in STEADY if row["setl_time"][:10] not in BATCH_DAYS or keep(row, row["setl_time"][:10])]}


def on_one_day(row: dict[str, str]) -> dict[str, str]:
    """A settlement of h1's batch moved to its last day; four a day stay, or the batch would be about that day alone."""
    moved = row["batch_id"] == "b2" and row["fixmedins_code"] == "h1" and not row["setl_id"].endswith(("-0", "-1", "-2", "-3"))
    return {**row, "setl_time": "2025-03-12 09:00:00"} if moved else row


VOLUMES: dict[str, World] = {
    "setl_d.volume": only(lambda row, day: row["fixmedins_code"] == "h2" or int(row["setl_id"].split("-")[-1]) < 40),
    "setl_d.area_volume": only(lambda row, day: int(row["setl_id"].split("-")[-1]) < 40),
    "setl_d.absent": only(lambda row, day: row["fixmedins_code"] == "h1"),
    "setl_d.missing_day": only(lambda row, day: row["fixmedins_code"] == "h2" or day != "2025-03-05"),
    "setl_d.missing_area_day": only(lambda row, day: day != "2025-03-05"),
    "setl_d.one_upload": {"setl_d": [on_one_day(row) for row in STEADY]},
}


def test_in_a_clean_world_every_check_is_asked_and_finds_nothing() -> None:
    hashed, clear = measured(clean_world()), measured(clean_world(), **IN_CLEAR)
    steady = measured({"setl_d": STEADY})

    assert (faults(hashed), faults(clear)) == ({}, {})
    assert {name for name in faults(steady) if name in VOLUMES} == set()
    asked = {name for found in (hashed, clear, steady) for name, measure in found.items() if measure.asked}
    assert set(hashed) - asked == set()


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str) -> None:
    found = faults(measured(PLANTED[name](clean_world())))

    assert found.get(name, 0) >= 1, found


@pytest.mark.parametrize("name", IN_CLEAR_PLANTED)
def test_an_identity_number_is_found_where_persons_stay_as_they_came(name: str) -> None:
    assert faults(measured(IN_CLEAR_PLANTED[name](clean_world()), **IN_CLEAR))[name] == 1


@pytest.mark.parametrize("name", VOLUMES)
def test_an_odd_volume_is_found(name: str) -> None:
    assert faults(measured(VOLUMES[name])).get(name, 0) >= 1


def test_an_institution_with_a_hundred_times_its_settlements_is_found() -> None:
    flood = settled_days(date(2025, 3, 3), 10, 1200, "b2", "h1")

    others = [row for row in STEADY if (row["batch_id"], row["fixmedins_code"]) != ("b2", "h1")]

    found = faults(measured({"setl_d": [*others, *flood]}))

    assert found.get("setl_d.volume", 0) >= 1


def test_no_check_goes_without_a_planted_fault() -> None:
    declared = {f"{table}.{check.id}" for table, suite in SOURCE_SUITES.items() for check in suite.checks}

    assert declared == {*PLANTED, *IN_CLEAR_PLANTED, *VOLUMES}


def test_a_short_history_is_not_held_against_an_institution() -> None:
    newcomer = [row for row in STEADY if row["setl_time"] >= "2025-01-07"]  # a day less than eight weeks

    found = measured({"setl_d": newcomer})

    assert {name: found[name].asked for name in VOLUMES} == dict.fromkeys(VOLUMES, 0)


@pytest.mark.parametrize(("gap", "missing"), [(0, 0), (1, 2), (6, 12), (7, 0)])
def test_days_that_never_came_show_when_the_next_batch_does(gap: int, missing: int) -> None:
    # Both institutions miss each day of the gap; after a week without a day, a batch of those days is still to come.
    late = [row for row in STEADY if row["batch_id"] == "b1" or row["setl_time"][:10] >= f"2025-03-{3 + gap:02d}"]

    assert faults(measured({"setl_d": late})).get("setl_d.missing_day", 0) == missing


def test_a_season_is_not_held_against_institutions() -> None:
    found = faults(measured(VOLUMES["setl_d.area_volume"]))  # both institutions a third below their history

    assert {name for name in found if name in VOLUMES} == {"setl_d.area_volume"}


def test_late_bills_are_no_drop_in_volume() -> None:
    settled = [{**row, "batch_id": "b1"} for row in STEADY]
    late = settled_days(date(2025, 3, 3), 10, 1, "b2", "h3")

    found = faults(measured({"setl_d": [*settled, *late]}))

    assert {name for name in found if name in VOLUMES} == set()


def test_what_is_unknown_is_not_a_fault() -> None:
    """Without catalogue, registers and maps, and without the amounts that need not be sent, nothing can be asked of them."""
    world = clean_world()
    for table in ("catalog_d", "psn_d", "fixmedins_d", "prac_psn_d", "medins_map_d", "diag_d"):
        world[table] = []
    for row in world["setl_d"]:
        row |= dict.fromkeys(("hifp_pay", "maf_pay", "psn_part_amt", "acct_pay", "psn_cash_pay", "preselfpay_amt"), "0.00")
        row |= dict.fromkeys(("fulamt_ownpay_amt", "overlmt_selfpay"), "0.00")

    assert faults(measured(world)) == {}


def test_spark_measures_the_same(spark: SparkSession, tmp_path: Path) -> None:
    world = clean_world()
    for name in ("fee_list_d.product", "setl_d.gend", "mdtrt_d.ended_first", "diag_d.unknown_code", "fee_list_d.refund_count"):
        world = PLANTED[name](world)
    world["setl_d"] += VOLUMES["setl_d.volume"]["setl_d"]
    engine = SparkEngine(spark, tmp_path)
    try:
        assert measured(world, engine) == measured(world)
    finally:
        engine.close()
