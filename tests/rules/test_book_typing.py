"""What loads and what is refused."""

import json
from pathlib import Path

import pytest

from lake.errors import BadInput
from tests.rules.rulebooks import loaded, rejects

V02 = {"rule_id": "R1", "med_list_codg": "XA1", "allowed_gend": "2"}
AGE = {"med_list_codg": "XA1", "age_unit": "year"}
SUPPLY = {"variant": "early", "med_list_codg": "XA1", "advance_days": "3"}
PROFILE = {"metric": "avg_fee", "period": "month", "direction": "high", "z_min": "3.5", "min_cases": "20", "min_peers": "5"}
STAY = {"variant": "outside_stay"}
OVERLAP = {"mild_set": "J06", "max_days": "3"}

COURSE = {"med_list_codg": "X", "max_days": "7", "period": "course", "day_basis": "date", "restart_gap": "3"}
SECOND = {"variant": "second_operation", "med_list_codg": "X", "price_cap": "9", "second_pct": "1", "group_codes": "Y"}
BUNDLE = {"bundle_code": "A", "bundle_price": "1", "component_codes": "B;C", "min_components": "2", "window": "day"}
CLUSTER = {"variant": "card_cluster", "cluster_persons": "3", "cluster_minutes": "30"}
DOSE = {"med_list_codg": "A", "basis": "order", "max_daily_dose": "1", "dose_unit": "mg", "tolerance": "1"}

# Type, parameters that load, the change that is refused, the parameter named.
TESTS_ACROSS = [
    ("V03", AGE | {"age_max": "28"}, {"age_max": ""}, "age_min"),
    ("V03", AGE | {"age_min": "18", "age_max": "18"}, {"age_max": "17"}, "age_max"),
    ("V04", AGE | {"age_min": "1"}, {"age_min": ""}, "age_min"),
    ("V05", {"med_list_codg": "XA1", "min_rank": "2"}, {"min_rank": ""}, "min_rank"),
    ("V05", {"med_list_codg": "XA1", "min_rank": "1", "max_rank": "2"}, {"max_rank": "0"}, "max_rank"),
    ("V09", COURSE, {"restart_gap": ""}, "restart_gap"),
    ("V10", {"variant": "code", "med_list_codg": "XA1"}, {"med_list_codg": ""}, "med_list_codg"),
    ("V10", {"variant": "disease", "diag_set": "O80"}, {"diag_set": " ; "}, "diag_set"),
    ("V12", {"list_type": "101;102", "period": "visit", "measure": "amt", "limit_amt": "9"}, {"list_type": ""}, "item_codes"),
    ("V13", SECOND, {"second_pct": "1.01"}, "second_pct"),
    ("V14", {"group_a": "A1;A2", "group_b": "B1", "window": "day"}, {"group_b": "B1;A2"}, "group_b"),
    ("V14", {"group_a": "A1*", "group_b": "B1", "window": "day"}, {"group_b": "A15"}, "group_b"),
    ("V14", {"group_a": "A1", "group_b": "B*", "window": "day"}, {"group_b": "A*"}, "group_b"),
    ("V15", BUNDLE, {"min_components": "1"}, "min_components"),
    ("V16", {"item_codes": "A", "window": "block", "limit_otp": "1", "block_days": "3"}, {"block_days": ""}, "block_days"),
    ("V16", {"item_codes": "A", "window": "block", "limit_otp": "1", "block_days": "3"}, {"block_days": "0"}, "block_days"),
    ("V17", {"variant": "registration", "med_list_codg": ""}, {"variant": "dept", "allowed_dept": "01"}, "med_list_codg"),
    ("V18", {"med_list_codg": "A", "window": "day", "required_oprn": "06"}, {"required_oprn": ""}, "required_codes"),
    ("V20", DOSE, {"tolerance": "0.9"}, "tolerance"),
    ("V20", DOSE | {"basis": "charge", "unit_dose": "5"}, {"unit_dose": ""}, "unit_dose"),
    ("V21", SUPPLY | {"pack_units": "7"}, {"pack_units": "0"}, "pack_units"),
    ("V21", SUPPLY | {"daily_units": "0.5"}, {"daily_units": "0.0"}, "daily_units"),
    ("V22", {"variant": "item", "chronic_set": "I10", "chronic_max_days": "30"}, {"chronic_max_days": ""}, "chronic_max_days"),
    ("V22", {"variant": "item", "pack_units": "7"}, {"pack_units": "0"}, "pack_units"),
    ("V24", AGE | {"variant": "age", "age_min": "65"}, {"age_min": ""}, "age_min"),
    ("V24", {"variant": "matn", "med_list_codg": "A", "matn_stas": "3;4"}, {"matn_stas": "3;1"}, "matn_stas"),
    ("V25", {"code_a": "A", "code_b": "B", "window": "rx", "amount_mode": "line"}, {"code_b": "A"}, "code_b"),
    ("V26", {"variant": "total", "med_list_codg": "A", "unit_grams": "1", "max_grams": "30"}, {"unit_grams": "0"}, "unit_grams"),
    ("V28", {"variant": "consent", "chrgitm_lv": "02;3"}, {"chrgitm_lv": "1"}, "chrgitm_lv"),
    ("V29", STAY | {"variant": "oprn_sex", "allowed_gend": "1", "code_set": "06"}, {"code_set": ""}, "code_set"),
    ("V29", STAY | {"variant": "diag_age", "code_set": "P07", "age_unit": "day", "age_max": "28"}, {"age_max": ""}, "age_min"),
    ("S01", {"gap_days": "7", "link": "any", "diag_rule": "icd3", "min_sim": "0.5"}, {"min_sim": "1.5"}, "min_sim"),
    ("S01", {"gap_days": "7", "link": "any", "diag_rule": "set", "diag_set": "J18"}, {"diag_set": ""}, "diag_set"),
    ("S03", OVERLAP, {"max_days": ""}, "max_days"),
    ("S03", OVERLAP | {"exam_share": "0.8"}, {"exam_share": "80"}, "exam_share"),
    ("S03", OVERLAP | {"age_from": "64"}, {"age_from": "65"}, "age_to"),
    ("S04", CLUSTER, {"cluster_minutes": "7"}, "cluster_minutes"),
    ("S04", CLUSTER, {"cluster_minutes": "0"}, "cluster_minutes"),
    ("S10", PROFILE, {"z_min": "0"}, "z_min"),
    ("S10", PROFILE | {"metric": "readmit_rate", "period": "year"}, {"period": "month"}, "period"),
    ("S10", PROFILE | {"metric": "item_share", "item_codes": "CT1"}, {"item_codes": ""}, "item_codes"),
    ("S11", {"variant": "offsite", "min_size": "2", "min_share": "0.3"}, {"min_size": "1"}, "min_size"),
    ("S11", {"variant": "similar", "min_size": "2", "min_sim": "0.3", "fee_bucket": "1"}, {"fee_bucket": "0"}, "fee_bucket"),
]  # fmt: skip


def test_parameters_are_tested_against_each_other(tmp_path: Path) -> None:
    for number, (rule_type_id, good, change, param) in enumerate(TESTS_ACROSS):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [{"rule_id": "R1"} | good, {"rule_id": "R2"} | good | change]
        book = loaded(folder, {rule_type_id: rows})
        assert (book.rules["rule_id"].to_pylist(), rejects(book)) == (["R1"], [(3, param)]), (rule_type_id, change)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"rule_id": ""}, "rule_id"),
        ({"rule_ver": "a"}, "rule_ver"),
        ({"begndate": "2025-02-30"}, "begndate"),
        ({"enddate": "20250301"}, "enddate"),
        ({"begndate": "2025-03-02", "enddate": "2025-03-01"}, "enddate"),
        ({"sev_deg": "4"}, "sev_deg"),
        ({"control_mode": "settle"}, "control_mode"),
        ({"hosp_lv": "三甲"}, "hosp_lv"),
        ({"exempt_diag": "J18-"}, "exempt_diag"),
        ({"poolarea": "3201；3202"}, "poolarea"),
        ({"stas": "off"}, "stas"),
        ({"med_list_codg": ""}, "med_list_codg"),
        ({"allowed_gend": "3"}, "allowed_gend"),
    ],
)
def test_a_row_with_a_wrong_cell_is_refused_and_the_others_load(tmp_path: Path, change: dict, param: str) -> None:
    book = loaded(tmp_path, {"V02": [V02 | {"rule_id": "R0"}, V02 | change]})
    assert rejects(book) == [(3, param)]
    assert book.rules["rule_id"].to_pylist() == ["R0"]


@pytest.mark.parametrize("text", ["1.2345678", "-1", "1e3", "abc", "1234567890123", "1,5"])
def test_a_number_that_does_not_parse_is_refused(tmp_path: Path, text: str) -> None:
    row = {"rule_id": "R1", "variant": "cap", "med_list_codg": "XA1", "price_cap": text}
    assert rejects(loaded(tmp_path, {"V13": [row]})) == [(2, "price_cap")]


def test_a_reject_says_what_would_be_right(tmp_path: Path) -> None:
    book = loaded(tmp_path, {"V02": [V02 | {"allowed_gend": "X", "rule_ver": "3"}]})
    assert book.rejects.to_pylist() == [
        {
            "file": "V02.csv",
            "line_no": 2,
            "rule_type_id": "V02",
            "rule_id": "R1",
            "rule_ver": "3",
            "param": "allowed_gend",
            "reason": "allowed_gend is 'X'; it must be one of 1, 2",
        }
    ]


def test_defaults_of_the_common_columns_are_filled_in(tmp_path: Path) -> None:
    [row] = loaded(tmp_path, {"V02": [V02]}).rules.to_pylist()
    assert (row["rule_ver"], row["sev_deg"], row["control_mode"], row["stas"]) == (1, 1, "SETTLE", "active")
    assert (row["begndate"], row["enddate"], row["origin"], row["file"], row["line_no"]) == (None, None, None, "V02.csv", 2)


def test_parameters_are_kept_as_sorted_text_without_empty_ones(tmp_path: Path) -> None:
    row = {"rule_id": "R1", "variant": "cap", "med_list_codg": ' XA"1 ', "price_cap": "012.50", "group_codes": ""}
    [kept] = loaded(tmp_path, {"V13": [row]}).rules["params"].to_pylist()
    assert kept == '{"med_list_codg":"XA\\"1","price_cap":"12.5","variant":"cap"}'
    assert json.loads(kept)["med_list_codg"] == 'XA"1'


def test_the_first_of_two_contents_of_a_version_loads_and_a_repeat_loads_once(tmp_path: Path) -> None:
    book = loaded(tmp_path, {"V02": [V02, V02 | {"allowed_gend": "1"}, V02, V02 | {"rule_ver": "2"}]})
    kept = [(row["rule_ver"], json.loads(row["params"])["allowed_gend"]) for row in book.rules.to_pylist()]
    assert (kept, rejects(book)) == ([(1, "2"), (2, "2")], [(3, "rule_id")])
    assert book.notes == ["1 rows repeat an earlier row word for word and were loaded once"]


def test_a_rule_id_belongs_to_the_first_type_in_catalogue_order(tmp_path: Path) -> None:
    book = loaded(tmp_path, {"V03": [{"rule_id": "R1", "rule_ver": "2"} | AGE | {"age_min": "1"}], "V02": [V02]})
    assert book.rules["rule_type_id"].to_pylist() == ["V02"]
    assert [(row["file"], row["param"]) for row in book.rejects.to_pylist()] == [("V03.csv", "rule_id")]


def test_a_disease_has_one_list_row_whose_versions_may_follow_each_other(tmp_path: Path) -> None:
    disease = {"rule_id": "R1", "variant": "list", "opsp_dise_code": "M01", "med_list_codg": ""}
    rows = [
        disease,
        disease | {"rule_id": "R2"},
        disease | {"rule_ver": "2"},
        disease | {"rule_id": "R3", "opsp_dise_code": "M02"},
    ]
    rows.append(disease | {"rule_id": "R4", "variant": "allow", "med_list_codg": "XA1"})
    book = loaded(tmp_path, {"V11": rows})
    assert rejects(book) == [(3, "opsp_dise_code")]
    assert book.rules["rule_id"].to_pylist() == ["R1", "R1", "R3", "R4"]


def test_a_missing_required_column_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"V02\.csv: the column allowed_gend is missing"):
        loaded(tmp_path, {"V02": [{"rule_id": "R1", "med_list_codg": "XA1"}]})


def test_unknown_columns_and_files_are_reported_and_ignored(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    book = loaded(tmp_path, {"V02": [V02 | {"colour": "red"}]})
    assert book.notes == [
        "notes.txt: not a rule file (<rule_type_id>.csv, .xlsx or .parquet), ignored",
        "V02.csv: unknown columns ignored: colour",
    ]
    assert book.rules.num_rows == 1
