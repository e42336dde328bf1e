"""The declarations say what the contract says."""

import re
from pathlib import Path

import pytest

from lake.tables import SOURCE_TABLES, TABLES
from lake.tables.schema import Column, Table

CONTRACT = (Path(__file__).parents[2] / "docs/contract/README.md").read_text(encoding="utf-8")


def contract_columns(table: str) -> list[tuple[str, bool, bool]]:
    """(name, in the key, required) of every column in the contract's row of the table, in order."""
    row = re.search(rf"^\| `{table}` [^|]*\| (.*) \|$", CONTRACT, re.M)
    assert row, table
    # The one remark that is not in plain parentheses after a name holds a column's name itself.
    plain = re.sub(r"\([^()]*\)", "", re.sub(r"\(or medins_list_codg[^)]*\)", ", medins_list_codg", row[1]))
    columns = []
    for text in re.split(r",| or ", plain):
        name = re.search(r"\w+", text)
        assert name, text
        in_key = text.strip().startswith("**")
        columns.append((name[0], in_key, text.strip().endswith("***" if in_key else "*")))
    return columns


@pytest.mark.parametrize("name", list(SOURCE_TABLES))
def test_a_source_table_has_the_contracts_columns_in_order(name: str) -> None:
    table = SOURCE_TABLES[name]
    assert [(c.name, c.name in table.key, c.required) for c in table.file_columns] == contract_columns(name)


def test_only_keys_and_what_clarification_14_names_must_be_filled() -> None:
    filled = {(t.name, c.name) for t in SOURCE_TABLES.values() for c in t.columns if c.filled}
    keys = {(t.name, name) for t in SOURCE_TABLES.values() for name in t.key}
    assert filled - keys == {
        ("setl_d", "medfee_sumamt"),
        ("setl_d", "inscp_scp_amt"),
        ("setl_d", "fund_pay_sumamt"),
        ("fee_list_d", "setl_id"),
        ("fee_list_d", "fee_ocur_time"),
        ("fee_list_d", "cnt"),
        ("fee_list_d", "det_item_fee_sumamt"),
        ("fee_list_d", "inscp_scp_amt"),
    }
    assert keys <= filled


def test_the_aliases_are_those_of_the_contracts_head() -> None:
    aliases = {(t.name, c.alias, c.name) for t in SOURCE_TABLES.values() for c in t.columns if c.alias}
    assert aliases == {
        ("fee_list_d", "bkkp_sn", "feedetl_sn"),
        ("fee_list_d", "inscp_amt", "inscp_scp_amt"),
        ("fee_list_d", "overlmt_selfpay", "overlmt_amt"),
        ("fee_list_d", "bilg_dr_code", "bilg_dr_codg"),
        ("fee_list_d", "acord_dr_code", "orders_dr_code"),
        ("setl_d", "inscp_amt", "inscp_scp_amt"),
        ("setl_d", "dise_no", "dise_codg"),
        ("mdtrt_d", "dise_no", "dise_codg"),
        ("setl_d", "othfund_pay", "oth_pay"),
        ("setl_d", "cash_payamt", "psn_cash_pay"),
        ("setl_d", "psn_pay", "psn_part_amt"),
        ("catalog_d", "medn_type_code", "drug_class"),
    }


EXPORTED = {
    "finding": "jr_id task_id rulebook_ver rule_type_id rule_id rule_ver stage sev_deg control_mode poolarea "
    "fixmedins_code psn_no mdtrt_id setl_id bilg_dept_codg bilg_dr_codg found_for vola_cont vola_evid vola_cnt "
    "vola_amt vola_inscp_amt fund_amt vola_amt_stas finding_stas",
    "finding_detl": "jr_id mdtrt_id feedetl_sn vola_item_type vola_cnt vola_amt vola_inscp_amt fund_amt",
    "coverage": "task_id rule_type_id month state reason",
    "refuse_list": "month mdtrt_id setl_id feedetl_sn jr_id rule_id vola_amt vola_inscp_amt fund_amt",
    "rejects": "batch_id file line_no column reason key",
    "rule_rejects": "file line_no rule_type_id rule_id rule_ver param reason",
    "case_list": "case_id month rank subject_type subject_key fixmedins_code psn_no mdtrt_id findings sev_deg vola_amt "
    "fund_amt expected_amt score sampled reasons",
}


@pytest.mark.parametrize("name", list(EXPORTED))
def test_an_exported_table_begins_with_the_contracts_columns(name: str) -> None:
    wanted = EXPORTED[name].split()
    assert TABLES[name].names[: len(wanted)] == wanted


def test_names_certificates_and_telephones_are_not_stored() -> None:
    assert not {"psn_name", "certno", "tel"} & set(TABLES["psn_d"].names)
    assert {t.column("psn_no").identity for t in TABLES.values() if "psn_no" in t.names} == {"pseudonym"}


def test_a_table_that_would_tell_persons_to_the_log_is_refused() -> None:
    person = Column("psn_no", "string", "insured person", identity="pseudonym")
    with pytest.raises(ValueError, match="psn_no may identify a person"):
        Table("visit", "one row per visit", (person,), key=("psn_no",), skip_on=("psn_no",))
