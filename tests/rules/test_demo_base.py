"""The demo rule base: exact counts, typing, free codes, clean bills of one pack, the same content for a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from lake import knowledge
from rules.book.typing import load_rulebook
from rules.catalogue import RULE_TYPES
from rules.demo.base import DemoReport, demo_markdown, wanted_rows, write_demo_rulebase
from rules.demo.icd import read_code_lists
from rules.demo.pool import CODE_COLUMNS, FREE_SHARE, PREFIX_FAMILY
from rules.national.rows import columns_of
from tests.rules.rule_file_checks import faults

SEED = 7
SHARE = 0.02


@dataclass(frozen=True)
class Base:
    folder: Path
    report: DemoReport
    rows: dict[str, pd.DataFrame]
    catalogue: pd.DataFrame
    use: pd.DataFrame


def written(folder: Path, seed: int = SEED, share: float = SHARE) -> Base:
    report = write_demo_rulebase(folder, seed, share)
    rows = {name: pd.read_parquet(folder / f"{name}.parquet") for name in RULE_TYPES}
    catalogue = pd.read_parquet(folder / "catalogue" / "catalog_d.parquet")
    return Base(folder, report, rows, catalogue, pd.read_parquet(folder / "catalogue" / "code_use.parquet"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return written(tmp_path_factory.mktemp("demo"))


def named_codes(base: Base) -> pd.Series:
    """One entry for each time that a rule row names a code, with the code."""
    texts = (table[name].dropna() for table in base.rows.values() for name in CODE_COLUMNS if name in table)
    return pd.concat([text.str.split(";").explode() for text in texts], ignore_index=True)


def test_the_counts_of_the_types_make_642658() -> None:
    assert sum(wanted_rows(rule_type, 1.0) for rule_type in RULE_TYPES.values()) == 642_658
    assert all(wanted_rows(rule_type, 1.0) == rule_type.demo_rules for rule_type in RULE_TYPES.values())


def test_each_type_has_its_count_with_official_rows_first(base: Base) -> None:
    for rule_type_id, table in base.rows.items():
        assert len(table) == wanted_rows(RULE_TYPES[rule_type_id], SHARE), rule_type_id
        official = (table["origin"] == "official").to_numpy()
        assert not official[official.sum() :].any(), rule_type_id
        assert table["rule_id"][official].is_monotonic_increasing, rule_type_id
        assert tuple(table.columns) == columns_of(RULE_TYPES[rule_type_id])


def test_generated_rows_say_so(base: Base) -> None:
    for table in base.rows.values():
        assert {*table["origin"]} <= {"official", "generated"}
        generated = table["origin"] == "generated"
        assert (table["src_doc"][generated] == f"generated for the demo (seed {SEED})").all()
        assert table["src_doc"][~generated].str.startswith("国家医保局两库").all()


def test_no_row_breaks_the_typing_rules(base: Base) -> None:
    assert [fault for name, table in base.rows.items() for fault in faults(RULE_TYPES[name], table)] == []


def test_the_rule_base_loads_without_a_reject(base: Base) -> None:
    loaded = load_rulebook(base.folder)
    assert (loaded.rejects.to_pylist(), loaded.rules.num_rows) == ([], base.report.rows)


def test_free_codes_are_named_by_no_row(base: Base) -> None:
    free = base.use[base.use["use"] == "free"]
    assert not free["med_list_codg"].isin(named_codes(base)).any()
    assert not free["med_list_codg"].str.startswith(PREFIX_FAMILY).any()
    shares = free["list_type"].value_counts() / base.use["list_type"].value_counts()
    assert (shares >= FREE_SHARE - 0.001).all()


def test_single_codes_are_named_by_one_row_that_spares_nobody(base: Base) -> None:
    single = base.use[base.use["use"] == "single"]
    counts = named_codes(base).value_counts()
    assert (single["med_list_codg"].map(counts) == 1).all()
    scope = ["insutype", "med_class", "hosp_lv", "poolarea", "exempt_dept", "exempt_diag", "begndate", "enddate"]
    for table in base.rows.values():
        if "med_list_codg" in table:
            own = table[table["med_list_codg"].isin(single["med_list_codg"])]
            assert own[scope].isna().all(axis=None)
            assert (own["stas"] == "active").all()


def test_only_the_one_family_is_named_by_prefix(base: Base) -> None:
    codes = named_codes(base)
    assert {*codes[codes.str.endswith("*")]} == {f"{PREFIX_FAMILY}*"}


def test_every_named_code_is_in_the_catalogue(base: Base) -> None:
    codes = named_codes(base)
    assert codes[~codes.str.endswith("*")].isin(base.catalogue["med_list_codg"]).all()


def priced(base: Base, rule_type_id: str) -> pd.DataFrame:
    return base.rows[rule_type_id].merge(base.catalogue, on="med_list_codg", suffixes=("", "_catalogue"))


def numbers(table: pd.DataFrame, name: str) -> pd.Series:
    return pd.to_numeric(table[name])


def test_the_reference_price_is_within_every_cap(base: Base) -> None:
    caps = priced(base, "V13")
    assert len(caps) == len(base.rows["V13"])
    assert (numbers(caps, "price_cap") >= numbers(caps, "price_ref")).all()


def test_one_pack_for_a_week_is_within_the_dose(base: Base) -> None:
    doses = priced(base, "V20")
    doses = doses[doses["basis"] == "charge"]
    days = numbers(doses, "pack_units").where(numbers(doses, "pack_units") == 1, 7).clip(upper=7)
    assert (numbers(doses, "unit_dose") / days <= numbers(doses, "max_daily_dose") + 1e-4).all()


@pytest.mark.parametrize(("rule_type_id", "variant", "limit"), [("V21", "supply", "max_days"), ("V22", "days", "max_days")])
def test_one_pack_is_within_the_days(base: Base, rule_type_id: str, variant: str, limit: str) -> None:
    rows = base.rows[rule_type_id]
    rows = rows[(rows["variant"] == variant) & rows["pack_units"].notna()]
    assert len(rows)
    assert (numbers(rows, "pack_units") / numbers(rows, "daily_units") <= numbers(rows, limit)).all()


def test_counts_of_a_window_are_at_least_one(base: Base) -> None:
    for name in ("limit_otp", "limit_ipt"):
        assert (numbers(base.rows["V16"], name).dropna() >= 1).all()


def test_a_payable_diagnosis_lies_in_the_label_and_is_no_contraindication(base: Base) -> None:
    labels = base.rows["V19"].groupby("med_list_codg")["label_set"].first()
    payable = base.rows["V01"].groupby("med_list_codg")["diag_set"].first()
    both = payable.index.intersection(labels.index)
    assert len(both) > 50
    for code in both:
        assert {*payable[code].split(";")} <= {*labels[code].split(";")}
    contra = base.rows["V24"].dropna(subset=["contra_set"]).groupby("med_list_codg")["contra_set"].first()
    for code in contra.index.intersection(labels.index):
        spoken = [entry.split("-") for entry in labels[code].split(";")]
        for entry in contra[code].split(";"):
            assert not any(one[0][:3] <= entry[:3] <= one[-1][:3] for one in spoken), (code, labels[code], entry)


@cache
def real_prefixes() -> tuple[frozenset[str], frozenset[str]]:
    """Every prefix of a real diagnosis, and of a real operation."""
    lists = read_code_lists(knowledge.icd10(), knowledge.icd9cm3())
    diagnoses, operations = (
        frozenset(code[:length] for code in codes for length in range(2, len(code) + 1))
        for codes in (lists.diagnoses, lists.operations)
    )
    return diagnoses, operations


def diagnosis_entries(base: Base) -> Iterator[str]:
    names = ("diag_set", "label_set", "contra_set", "indication_set", "required_diag", "mild_set", "injury_set", "later_diag")
    for table in base.rows.values():
        for name in (*names, "exempt_diag", "chronic_set"):
            if name in table:
                yield from table[name].dropna().str.split(";").explode().unique()


def test_diagnosis_sets_name_real_diagnoses(base: Base) -> None:
    diagnoses, _ = real_prefixes()
    categories = sorted(prefix for prefix in diagnoses if len(prefix) == 3)
    for entry in {*diagnosis_entries(base)}:
        low, _, high = entry.partition("-")
        assert entry in diagnoses or any(low <= category <= high for category in categories), entry


def test_operation_sets_name_real_operations(base: Base) -> None:
    _, operations = real_prefixes()
    conflicts = base.rows["V29"]
    sets = [
        base.rows["V18"]["required_oprn"],
        base.rows["S07"]["oprn_set"],
        base.rows["S04"]["removed_oprn"],
        conflicts["code_set"][conflicts["variant"].str.startswith("oprn")],
    ]
    entries = {entry for texts in sets for text in texts.dropna() for entry in text.split(";")}
    assert entries
    assert entries <= operations


def test_a_drug_group_holds_several_ingredients(base: Base) -> None:
    groups = base.rows["V23"].groupby("group_code")["ingredient"]
    large = groups.count() >= 5
    assert large.sum() > 20
    assert (groups.nunique()[large] > 1).mean() > 0.8


def test_codes_are_in_the_national_form(base: Base) -> None:
    forms = {"101": "X[A-Z0-9]{22}", "102": "Z[A-Z0-9]{19}", "103": r"T\d{9}", "201": r"00\d{13}", "301": r"C\d{19}"}
    assert not base.catalogue["med_list_codg"].duplicated().any()
    for list_type, form in forms.items():
        codes = base.catalogue["med_list_codg"][base.catalogue["list_type"] == list_type]
        assert codes.str.fullmatch(form).all(), list_type


def test_the_same_seed_gives_the_same_content(base: Base, tmp_path: Path) -> None:
    again = written(tmp_path)
    for name in RULE_TYPES:
        pd.testing.assert_frame_equal(base.rows[name], again.rows[name])
    pd.testing.assert_frame_equal(base.catalogue, again.catalogue)
    pd.testing.assert_frame_equal(base.use, again.use)


def test_another_seed_gives_other_generated_rows_and_the_same_official_ones(base: Base, tmp_path: Path) -> None:
    other = written(tmp_path, seed=8)
    assert not base.rows["V19"].equals(other.rows["V19"])
    for name in ("V02", "V14"):
        first, second = (table[table["origin"] == "official"] for table in (base.rows[name], other.rows[name]))
        pd.testing.assert_frame_equal(first, second)


def test_the_report_counts_what_was_written(base: Base) -> None:
    text = demo_markdown(base.report)
    official = sum(int((table["origin"] == "official").sum()) for table in base.rows.values())
    rows = sum(len(table) for table in base.rows.values())
    assert f"| all | {official} | {rows - official} | {rows} |" in text


@pytest.mark.long
def test_the_full_base_is_exact_and_loads_whole(tmp_path: Path) -> None:
    full = written(tmp_path, share=1.0)
    assert full.report.rows == sum(len(table) for table in full.rows.values()) == 642_658
    assert sum(one.official_over for one in full.report.types) == 0
    assert [fault for name, table in full.rows.items() for fault in faults(RULE_TYPES[name], table)] == []
    loaded = load_rulebook(full.folder)
    assert (loaded.rejects.num_rows, loaded.rules.num_rows) == (0, 642_658)
