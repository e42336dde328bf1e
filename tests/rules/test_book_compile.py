"""The rule base compiled for the engines."""

import datetime as dt
import json
from dataclasses import replace

import pyarrow as pa
import pytest

from rules.book.compile import compile_rules, evaluable
from rules.catalogue import RULE_TYPES
from tests.rules.rulebooks import rule_table

BUILT = {rule_id: replace(rule_type, logic="built") for rule_id, rule_type in RULE_TYPES.items()}
EVERY_TABLE = frozenset(name for t in RULE_TYPES.values() for name in (*t.needs, *t.optional))
CODES = [
    ("med", "XA1", 1), ("med", "XA2", 2), ("med", "XB1", 3),
    ("diag", "J15.000X001", 1), ("diag", "J18.900", 2), ("diag", "J19", 3), ("diag", "T98.300", 4),
    ("diag", "A01.03.01", 5), ("diag", "A01.030", 6),
    ("oprn", "06.2X00", 1), ("oprn", "06.3X00", 2),
]  # fmt: skip
DICTIONARY = pa.table(
    {
        "kind": [kind for kind, *_ in CODES],
        "code": [code for _, code, _ in CODES],
        "code_key": pa.array([key for *_, key in CODES], pa.int32()),
    }
)
ALWAYS = (dt.date(1900, 1, 1), dt.date(9999, 12, 31))


def rule(rule_type_id: str, rule_id: str = "R1", params: dict | None = None, **common: object) -> dict:
    return {"rule_type_id": rule_type_id, "rule_id": rule_id, "params": json.dumps(params or {})} | common


def compiled(*rows: dict, tables: frozenset[str] = EVERY_TABLE) -> dict[str, pa.Table]:
    return compile_rules(rule_table(rows), DICTIONARY, tables, BUILT)


@pytest.mark.parametrize(
    ("text", "keys", "has_tcm"),
    [
        ("J15.0", [1], False),
        ("j18; J19", [2, 3], False),
        ("J15-J18", [1, 2], False),
        ("J18;J18.9;J15-J18", [1, 2], False),
        ("S00-T98", [4], False),
        ("A01", [6], False),
        ("A01.03.", [5], True),
        ("A01;A01.03.01", [5, 6], True),
        ("A00-A09", [6], False),
        ("Z99", [], False),
    ],
)
def test_a_diagnosis_list_names_the_codes_of_the_lake(text: str, keys: list[int], has_tcm: bool) -> None:
    [row] = compiled(rule("V01", params={"med_list_codg": "XA1", "diag_set": text}))["diagnosis_rule"].to_pylist()
    assert (row["diag_set_keys"], row["diag_set_has_tcm"], row["diag_set_text"]) == (keys, has_tcm, text)


def test_a_list_that_is_not_given_differs_from_one_that_names_nothing_known() -> None:
    rows = [rule("V02", "R1", exempt_diag="Z99"), rule("V02", "R2"), rule("V02", "R3", exempt_diag="J18")]
    lines = compiled(*rows)["line_rule"]
    assert lines["exempt_diag_keys"].to_pylist() == [[], None, [2]]


def test_scope_and_exemptions_are_lists() -> None:
    common = {"insutype": "310; 390", "hosp_lv": "03;11", "poolarea": "3201", "exempt_dept": "06*;07"}
    [row] = compiled(rule("V02", **common))["line_rule"].to_pylist()
    assert row["scope_insutype"] == ["310", "390"]
    assert (row["scope_class"], row["scope_hosp_lv"], row["scope_poolarea"]) == (None, [3, 11], ["3201"])
    assert row["exempt_dept"] == ["06", "07"]


def test_codes_and_prefixes_become_target_rows_for_each_run_of_days() -> None:
    first = rule("V14", params={"group_a": "XA*;XA1", "group_b": "XB1;XC9"}, rule_ver=1)
    second = rule("V14", rule_ver=2, begndate=dt.date(2025, 3, 1), enddate=dt.date(2025, 3, 31))
    targets = compiled(first, second)["pair_target"].to_pylist()
    before, after = (ALWAYS[0], dt.date(2025, 2, 28)), (dt.date(2025, 4, 1), ALWAYS[1])
    assert [(r["rule_key"], r["side"], r["code_key"], (r["eff_beg"], r["eff_end"])) for r in targets] == [
        (1, side, key, days) for side, key in (("group_a", 1), ("group_a", 2), ("group_b", 3)) for days in (before, after)
    ]


def test_parameters_have_their_types_and_defaults() -> None:
    tables = compiled(
        rule("V13", params={"variant": "cap", "med_list_codg": "XA1", "price_cap": "999999999999.123456"}),
        rule("V28", "R2", {"variant": "consent", "chrgitm_lv": "02;3"}),
        rule("S02", "R3", {"variant": "elsewhere"}),
        rule("S05", "R4", {"variant": "third_party", "injury_set": "S00-T98"}),
        rule("V29", "R5", {"variant": "oprn_sex", "code_set": "06.2*"}),
    )
    assert tables["line_rule"]["price_cap"].to_pylist() == [999_999_999_999_123_456]
    [consent] = tables["record_rule"].to_pylist()
    assert (consent["chrgitm_lv"], consent["min_amt"], consent["item_codes_text"]) == (["2", "3"], 0, None)
    stays = {row["rule_id"]: row for row in tables["stay_rule"].to_pylist()}
    assert (stays["R3"]["min_days"], stays["R3"]["passive_types"][:2]) == (1, ["01", "02"])
    assert stays["R4"]["scope_class"] == ["IPT", "TRAUMA"]
    assert (stays["R5"]["code_set_oprn_keys"], stays["R5"]["code_set_keys"], stays["R5"]["grace_hours"]) == ([1], [], 24_000_000)


def test_relations_have_the_same_types_for_an_empty_rule_base() -> None:
    full = compiled(rule("V01", params={"med_list_codg": "XA1", "diag_set": "J18"}))
    empty = compile_rules(rule_table([]), DICTIONARY.slice(0, 0), frozenset(), RULE_TYPES)
    assert {name: table.schema for name, table in full.items()} == {name: table.schema for name, table in empty.items()}
    assert sum(table.num_rows for table in empty.values()) == 0


def test_retired_unbuilt_and_unsupported_rules_are_left_out_and_shadow_stays() -> None:
    rows = [
        rule("V02", "R1", stas="shadow"),
        rule("V02", "R2", stas="retired"),
        rule("V28", "R3", {"variant": "report"}),
        rule("V28", "R4", {"variant": "consent"}),
        rule("V01", "R5", {"accept_filing": "opsp"}),
        rule("V01", "R6"),
        rule("S01", "R7"),
    ]
    tables = frozenset({"fee_list_d", "setl_d", "mdtrt_d", "consent_d"}) | {"diag_d"}
    judged = evaluable(rule_table(rows), tables, BUILT).to_pylist()
    assert [(r["rule_type_id"], r["rule_key"]) for r in judged] == [("V01", 2), ("V02", 3), ("V28", 6), ("S01", 7)]
    assert (judged[0]["beg"], judged[0]["end"]) == ALWAYS
    assert compiled(*rows, tables=tables)["line_rule"]["stas"].to_pylist() == ["shadow"]
    unbuilt = {rule_id: replace(rule_type, logic=None) for rule_id, rule_type in RULE_TYPES.items()}
    assert evaluable(rule_table(rows), tables, unbuilt).num_rows == 0
