"""Nights over one small lake, step by step: each step's tables whole."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.explain import explain
from jobs.export import export
from lake.errors import BadInput
from tests.jobs.nights import exported, night, settings_of
from tests.jobs.story import land_batches, write_rules
from tests.jobs.telling import Story

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FINDING_COLUMNS = (
    "jr_id,task_id,rulebook_ver,rule_type_id,rule_id,rule_ver,stage,sev_deg,control_mode,poolarea,fixmedins_code,psn_no,"
    "mdtrt_id,setl_id,bilg_dept_codg,bilg_dr_codg,found_for,vola_cont,vola_evid,vola_cnt,vola_amt,vola_inscp_amt,fund_amt,"
    "vola_amt_stas,finding_stas"
)


def jr(rule_id: str, *keys: str) -> str:
    """The contract's id of a finding."""
    return hashlib.sha256("\x1f".join([rule_id, "1", *keys]).encode()).hexdigest()


def csv_text(header: str, *rows: str) -> str:
    """A CSV text of rows in the order of their first column."""
    return "\n".join([header, *sorted(rows)]) + "\n"


def women_only(story: Story, step: str, rule_id: str, place: str, item: tuple[str, str], amounts: str) -> str:
    """A V02 finding of the man p1. ``place``: visit, line, settlement and month."""
    mdtrt_id, line, setl_id, month = place.split()
    version, (code, name) = story.nights[step].rulebook_ver, item
    evidence = f'"{{""allowed_gend"":""2"",""gend"":""1"",""hilist_name"":""{name}"",""med_list_codg"":""{code}""}}"'
    amount = amounts.split(",")[1]
    said = f"{name}限性别女使用，参保人性别为男，涉及金额{amount}元。"
    who = f"V02,{rule_id},1,3,1,SETTLE,310101,h1,p1,{mdtrt_id},{setl_id},,,{month}"
    return f"{jr(rule_id, f'{mdtrt_id}|{line}')},{month}@{version},{version},{who},{said},{evidence},{amounts},1,active"


def two_stays(story: Story, step: str) -> str:
    """The S01 finding of the second stay of p2."""
    version = story.nights[step].rulebook_ver
    # 50 and 40 of the same drug: the two stays are alike by 40 ÷ 50.
    evidence = (
        '"{""begntime"":""2025-03-08 08:00:00"",""gap"":3,""gap_days"":10,""main_diag"":""J18.000"",""prev_endtime"":'
        '""2025-03-05 10:00:00"",""prev_main_diag"":""J18.900"",""prev_mdtrt_id"":""m1"",""similarity"":""0.8000""}"'
    )
    said = "参保人2025-03-05 10:00:00出院后3天再次入院（限10天），主要诊断J18.900/J18.000，疑似分解住院，涉及基金300.00元。"
    who = "S01,T1,1,3,2,REMIND,310101,h1,p2,m2,s2,,,2025-03"
    return f"{jr('T1', 'm2|*')},2025-03@{version},{version},{who},{said},{evidence},0.0000,300.00,300.00,300.00,0,active"


LOTION, HORMONE = ("XA01", "妇科洗液"), ("XA02", "黄体酮")


def test_the_first_night_publishes_its_month(story: Story) -> None:
    assert story.tables["first"]["finding"] == csv_text(
        FINDING_COLUMNS,
        women_only(story, "first", "R1", "m0 a s0 2025-02", LOTION, "2.0000,20.00,16.00,8.00"),
        women_only(story, "first", "R2", "m0 b s0 2025-02", HORMONE, "1.0000,30.00,30.00,15.00"),
    )


def test_a_rerun_changes_nothing(story: Story) -> None:
    assert story.nights["rerun"] == story.nights["first"]
    assert story.commits["rerun"] == story.commits["first"]
    assert story.tables["rerun"]["finding"] == story.tables["first"]["finding"]


def test_a_later_batch_moves_what_was_found_before(story: Story) -> None:
    assert (story.nights["later"].publication_id, story.nights["later"].judged_months) == (2, ["2025-02", "2025-03"])
    assert story.tables["later"]["finding"] == csv_text(
        FINDING_COLUMNS,
        women_only(story, "later", "R1", "m0 a s0 2025-02", LOTION, "1.0000,10.00,8.00,4.00"),
        women_only(story, "later", "R2", "m0 b s0 2025-02", HORMONE, "1.0000,24.00,24.00,12.00"),
        women_only(story, "later", "R1", "m3 e s3 2025-03", LOTION, "1.0000,10.00,8.00,4.00"),
        two_stays(story, "later"),
    )


def test_lines_at_fault_and_related(story: Story) -> None:
    rows = [
        (jr("R1", "m0|a"), "m0,a,1,1.0000,10.00,8.00,4.00,2025-02"),
        (jr("R2", "m0|b"), "m0,b,1,1.0000,24.00,24.00,12.00,2025-02"),
        (jr("R1", "m3|e"), "m3,e,1,1.0000,10.00,8.00,4.00,2025-03"),
        (jr("T1", "m2|*"), "m2,*,1,0.0000,300.00,300.00,300.00,2025-03"),
        (jr("T1", "m2|*"), "m1,*,2,0.0000,0.00,0.00,0.00,2025-03"),
    ]
    header = "jr_id,mdtrt_id,feedetl_sn,vola_item_type,vola_cnt,vola_amt,vola_inscp_amt,fund_amt,found_for"
    assert story.tables["later"]["finding_detl"] == csv_text(header, *(f"{jr_id},{row}" for jr_id, row in rows))


REFUSED = "month,mdtrt_id,setl_id,feedetl_sn,jr_id,rule_id,vola_amt,vola_inscp_amt,fund_amt"
REFUSED_IN_MARCH = (
    f"2025-02,m0,s0,a,{jr('R1', 'm0|a')},R1,10.00,8.00,4.00",
    f"2025-02,m0,s0,b,{jr('R2', 'm0|b')},R2,24.00,24.00,12.00",
    f"2025-03,m3,s3,e,{jr('R1', 'm3|e')},R1,10.00,8.00,4.00",
)


def test_the_refuse_list_holds_what_needs_no_review(story: Story) -> None:
    assert story.tables["later"]["refuse_list"] == csv_text(REFUSED, *REFUSED_IN_MARCH)


def test_a_confirmed_suspicion_enters_the_refuse_list(story: Story) -> None:
    confirmed = f"2025-03,m2,s2,*,{jr('T1', 'm2|*')},T1,120.00,120.00,120.00"
    assert story.tables["concluded"]["refuse_list"] == csv_text(REFUSED, *REFUSED_IN_MARCH, confirmed)
    assert story.tables["concluded"]["outcome"].count("出院未愈") == 1


def test_a_rule_that_left_the_folder_finds_no_more_in_the_month_asked_for(story: Story) -> None:
    # The night asked for March: February stands as the rule base of its own night judged it.
    assert story.tables["retired"]["finding"] == csv_text(
        FINDING_COLUMNS,
        women_only(story, "later", "R1", "m0 a s0 2025-02", LOTION, "1.0000,10.00,8.00,4.00"),
        women_only(story, "later", "R2", "m0 b s0 2025-02", HORMONE, "1.0000,24.00,24.00,12.00"),
        women_only(story, "retired", "R1", "m3 e s3 2025-03", LOTION, "1.0000,10.00,8.00,4.00"),
        two_stays(story, "retired"),
    )
    confirmed = f"2025-03,m2,s2,*,{jr('T1', 'm2|*')},T1,120.00,120.00,120.00"
    assert story.tables["retired"]["refuse_list"] == csv_text(REFUSED, *REFUSED_IN_MARCH, confirmed)


def test_rows_set_aside_are_exported(story: Story) -> None:
    assert story.tables["later"]["rejects"] == csv_text(
        "batch_id,file,line_no,column,reason,key,table_name", "b1,fee_list_d.csv,4,cnt,UNPARSEABLE,m0|bad,fee_list_d"
    )
    header, row, *more = story.tables["later"]["rule_rejects"].splitlines()
    assert header == "file,line_no,rule_type_id,rule_id,rule_ver,param,reason"
    assert (row.startswith("V02.csv,4,V02,R3,1,allowed_gend,"), more) == (True, [])


def test_coverage_says_of_every_type_whether_it_was_judged(story: Story) -> None:
    header, *rows = story.tables["later"]["coverage"].splitlines()
    evaluated = [row for row in rows if ",evaluated," in row]
    assert (header, len(rows)) == ("task_id,rule_type_id,month,state,reason", 80)
    version = story.nights["later"].rulebook_ver
    # Without fixmedins_d no hospital is known to be of an alliance: that way of S01 is left out, and says so.
    reasons = {"S01": "skipped: alliance needs fixmedins_d", "V02": ""}
    assert evaluated == [
        f"{month}@{version},{rule},{month},evaluated,{reason}"
        for month in ("2025-02", "2025-03")
        for rule, reason in reasons.items()
    ]


def test_a_table_as_parquet_holds_typed_values(story: Story) -> None:
    out = story.folder / "finding_detl.parquet"
    export(story.folder / "lake", "finding_detl", out, settings_of())

    money = pa.decimal128(18, 2)
    table = pq.read_table(out)
    amounts = [(name, money) for name in ("vola_amt", "vola_inscp_amt", "fund_amt")]
    texts = [(name, pa.string()) for name in ("jr_id", "mdtrt_id", "feedetl_sn")]
    kinds = [*texts, ("vola_item_type", pa.int32()), ("vola_cnt", pa.decimal128(18, 4)), *amounts, ("found_for", pa.string())]
    assert table.schema.equals(pa.schema(kinds))
    by_visit = {(row["mdtrt_id"], row["vola_item_type"]): row["vola_amt"] for row in table.to_pylist()}
    none = Decimal("0.00")
    assert by_visit == {("m0", 1): Decimal("10.00"), ("m3", 1): Decimal("10.00"), ("m2", 1): Decimal("300.00"), ("m1", 2): none}


@pytest.mark.long
def test_a_shape_beyond_its_seconds_is_held_back_and_the_night_goes_on(spark: SparkSession, tmp_path: Path) -> None:
    landing, rules = land_batches(tmp_path / "landing", "b1"), write_rules(tmp_path / "rules")

    night(tmp_path, landing, rules, "2025-02", "guard.shape_seconds=0.00001")

    tables = exported(tmp_path, "finding", "coverage")
    assert tables["finding"] == FINDING_COLUMNS + "\n"
    held = [row for row in tables["coverage"].splitlines() if ",held_back," in row]
    assert [row.split(",")[1] for row in held] == ["S01", "V02"]


@pytest.mark.long
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_batches_in_the_other_order_give_the_same_tables(story: Story, tmp_path: Path, engine: str) -> None:
    landing, rules = tmp_path / "landing", write_rules(tmp_path / "rules")
    night(tmp_path, land_batches(landing, "b2"), rules, "2025-03", f"audit.engine={engine}")
    night(tmp_path, land_batches(landing, "b1"), rules, "2025-02", f"audit.engine={engine}")

    assert exported(tmp_path) == story.tables["later"]


def test_a_finding_is_explained_from_what_is_published(story: Story) -> None:
    found = jr("R1", "m3|e")

    text = explain(story.folder / "lake", found, settings_of())

    assert text.startswith(f"疑点 {found}\nV02 限性别（明确违规；状态：有效）\n")
    assert "基金支付 4.00 元 = 8.00 × 结算基金支付 4.00 ÷ 结算范围内 8.00" in text
    # R2 has left the rule folder since February was judged.
    assert "规则 R2 第1版" in explain(story.folder / "lake", jr("R2", "m0|b"), settings_of())
    with pytest.raises(BadInput, match="has no such finding"):
        explain(story.folder / "lake", "0" * 64, settings_of())
