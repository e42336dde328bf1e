"""The written county keeps the contract: identities, keys, references, encodings, truth, repeatability."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lake.tables import SOURCE_TABLES
from tests.synth.conftest import PROFILE, County, read_landing
from tests.synth.tiny_rules import RULES

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LINE_AMOUNTS = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
SETTLED = {
    "medfee_sumamt": "det_item_fee_sumamt",
    "fulamt_ownpay_amt": "fulamt_ownpay_amt",
    "overlmt_selfpay": "overlmt_amt",
    "preselfpay_amt": "preselfpay_amt",
    "inscp_scp_amt": "inscp_scp_amt",
}


def money(column: str) -> str:
    return f"CAST({column} AS DECIMAL(18,2))"


def count(county: County, query: str) -> int:
    row = county.landed.execute(f"SELECT count(*) FROM ({query})").fetchone()
    assert row is not None
    return int(row[0])


def test_every_table_of_the_contract_is_written(county: County) -> None:
    tables = {row[0] for row in county.landed.execute("SHOW TABLES").fetchall()}
    assert set(SOURCE_TABLES) <= tables


def test_every_line_is_the_sum_of_its_parts_and_count_times_price(county: County) -> None:
    total = " + ".join(money(name) for name in LINE_AMOUNTS)
    assert count(county, f"FROM fee_list_d WHERE {money('det_item_fee_sumamt')} <> {total}") == 0
    product = "CAST(cnt AS DECIMAL(18,4)) * CAST(pric AS DECIMAL(18,6))"
    assert count(county, f"FROM fee_list_d WHERE abs({money('det_item_fee_sumamt')} - {product}) > 0.05") == 0


def test_every_settlement_is_the_sum_of_its_lines(county: County) -> None:
    sums = ", ".join(f"sum({money(line)}) AS {name}" for name, line in SETTLED.items())
    differs = " OR ".join(f"{money('setl.' + name)} <> summed.{name}" for name in SETTLED)
    query = f"""
        WITH summed AS (SELECT setl_id, {sums} FROM current_fee_list_d GROUP BY setl_id)
        SELECT setl.setl_id FROM current_setl_d AS setl LEFT JOIN summed USING (setl_id) WHERE summed.setl_id IS NULL OR {differs}
    """
    assert count(county, query) == 0


def test_every_settlement_is_paid_by_fund_and_person(county: County) -> None:
    funds = " + ".join(
        money(name) for name in ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay")
    )
    assert (
        count(county, f"FROM setl_d WHERE {money('medfee_sumamt')} <> {money('fund_pay_sumamt')} + {money('psn_part_amt')}") == 0
    )
    assert count(county, f"FROM setl_d WHERE {money('fund_pay_sumamt')} <> {funds}") == 0
    assert count(county, f"FROM setl_d WHERE {money('psn_part_amt')} <> {money('acct_pay')} + {money('psn_cash_pay')}") == 0
    assert count(county, f"FROM setl_d WHERE refd_setl_flag = '0' AND {money('fund_pay_sumamt')} > {money('inscp_scp_amt')}") == 0


@pytest.mark.parametrize("table", SOURCE_TABLES)
def test_a_key_stands_once_in_a_batch(county: County, table: str) -> None:
    keys = ", ".join(SOURCE_TABLES[table].key)
    assert count(county, f"SELECT {keys} FROM {table} GROUP BY batch_id, {keys} HAVING count(*) > 1") == 0


@pytest.mark.parametrize(
    ("child", "parent", "key"),
    [
        ("fee_list_d", "mdtrt_d", "mdtrt_id"),
        ("fee_list_d", "setl_d", "setl_id"),
        ("setl_d", "mdtrt_d", "mdtrt_id"),
        ("diag_d", "mdtrt_d", "mdtrt_id"),
        ("oprn_d", "mdtrt_d", "mdtrt_id"),
        ("drord_d", "mdtrt_d", "mdtrt_id"),
        ("report_d", "mdtrt_d", "mdtrt_id"),
        ("record_d", "mdtrt_d", "mdtrt_id"),
        ("consent_d", "mdtrt_d", "mdtrt_id"),
        ("onsite_d", "mdtrt_d", "mdtrt_id"),
        ("mdtrt_d", "psn_d", "psn_no"),
        ("mdtrt_d", "fixmedins_d", "fixmedins_code"),
        ("fee_list_d", "catalog_d", "med_list_codg"),
        ("filing_d", "psn_d", "psn_no"),
    ],
)
def test_every_reference_resolves(county: County, child: str, parent: str, key: str) -> None:
    assert count(county, f"FROM {child}") > 0
    assert count(county, f"FROM {child} WHERE {key} NOT IN (SELECT {key} FROM {parent})") == 0


def test_a_refund_names_a_line_of_its_visit_and_never_takes_more(county: County) -> None:
    refunds = "FROM current_fee_list_d WHERE init_feedetl_sn IS NOT NULL"
    assert count(county, refunds) > 0
    query = """
        SELECT back.mdtrt_id FROM current_fee_list_d AS back
        LEFT JOIN current_fee_list_d AS line ON line.mdtrt_id = back.mdtrt_id AND line.feedetl_sn = back.init_feedetl_sn
        WHERE back.init_feedetl_sn IS NOT NULL AND (line.mdtrt_id IS NULL
            OR CAST(line.cnt AS DOUBLE) + CAST(back.cnt AS DOUBLE) < 0)
    """
    assert count(county, query) == 0
    assert count(county, "FROM fee_list_d WHERE CAST(cnt AS DOUBLE) < 0 AND init_feedetl_sn IS NULL") == 0


def test_visits_of_a_person_never_overlap_unless_planted(county: County) -> None:
    query = f"""
        WITH ordinary AS (
            SELECT * FROM current_mdtrt_d WHERE psn_no NOT IN (SELECT psn_no FROM read_parquet('{county.report.truth}')
                WHERE psn_no IS NOT NULL)
        )
        SELECT a.mdtrt_id FROM ordinary AS a JOIN ordinary AS b ON a.psn_no = b.psn_no AND a.mdtrt_id <> b.mdtrt_id
        WHERE a.begntime <= b.begntime AND b.begntime < a.endtime AND a.adm_dept_codg IS NOT NULL
    """
    assert count(county, "FROM current_mdtrt_d WHERE adm_dept_codg IS NOT NULL") > 0
    assert count(county, query) == 0


def test_a_case_is_planted_for_each_type_that_has_rows(county: County) -> None:
    planted = {
        row[0] for row in county.landed.execute(
            f"SELECT DISTINCT rule_type_id FROM read_parquet('{county.report.truth}') WHERE kind <> 'near_miss'"
        ).fetchall()
    }  # fmt: skip
    assert planted == set(RULES) - {"S09"}


def test_every_planted_line_and_visit_is_in_the_landing(county: County) -> None:
    truth = f"read_parquet('{county.report.truth}')"
    lines = f"""
        SELECT * FROM {truth} AS truth WHERE feedetl_sn <> '*' AND mdtrt_id <> '*'
          AND NOT EXISTS (SELECT 1 FROM fee_list_d AS line WHERE line.mdtrt_id = truth.mdtrt_id
              AND line.feedetl_sn = truth.feedetl_sn
                          AND line.setl_id = truth.setl_id AND line.psn_no = truth.psn_no)
    """
    assert count(county, lines) == 0
    assert count(county, f"FROM {truth} WHERE mdtrt_id <> '*' AND mdtrt_id NOT IN (SELECT mdtrt_id FROM mdtrt_d)") == 0


def test_a_planted_sex_case_contradicts_its_rule(county: County) -> None:
    found = county.landed.execute(f"""
        SELECT DISTINCT line.med_list_codg, setl.gend FROM read_parquet('{county.report.truth}') AS truth
        JOIN fee_list_d AS line ON line.mdtrt_id = truth.mdtrt_id AND line.feedetl_sn = truth.feedetl_sn
        JOIN setl_d AS setl ON setl.setl_id = truth.setl_id
        WHERE truth.rule_type_id = 'V02' AND truth.kind = 'violation'
    """).fetchall()
    assert found
    assert set(found) <= {("XRULE002", "1"), ("XRULE003", "2")}


def test_text_batches_are_in_their_encodings(county: County) -> None:
    landing = county.report.landing
    second, third, fourth = PROFILE.batches[1:4]
    assert "合成" in (landing / second / "fee_list_d.csv").read_text(encoding="gb18030")
    assert (landing / third / "fee_list_d.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (landing / fourth / "fee_list_d.parquet").is_file()
    assert sorted(path.name for path in landing.iterdir()) == PROFILE.batches


def digests(folder: Path) -> dict[str, str]:
    """What each table holds, whatever the files' own bytes."""
    landed = read_landing(folder)
    return {
        table: hashlib.sha256(landed.execute(f"FROM {table} ORDER BY ALL").fetchdf().to_csv().encode()).hexdigest()
        for table in SOURCE_TABLES
    }


def test_the_same_seed_gives_the_same_rows_whatever_the_partitioning(county: County, spark: SparkSession, tmp_path: Path) -> None:
    from synth.county import generate

    usual = spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    generate(spark, tmp_path / "again", county.rules, PROFILE)
    spark.conf.set("spark.sql.shuffle.partitions", str(usual))
    assert digests(tmp_path / "again") == digests(county.report.landing)


def test_a_clean_county_keeps_the_rules_of_its_codes(county: County, spark: SparkSession, tmp_path: Path) -> None:
    from synth.county import generate

    report = generate(spark, tmp_path / "clean", county.rules, replace(PROFILE, violations=0))
    clean = County(report, county.rules, read_landing(tmp_path / "clean"))
    lines = """
        SELECT line.*, setl.gend, CAST(setl.hosp_lv AS INTEGER) AS lv
        FROM fee_list_d AS line JOIN current_setl_d AS setl USING (setl_id)
    """
    assert report.planted == {}
    assert count(clean, f"FROM ({lines}) WHERE med_list_codg LIKE '_RULE%'") > 0
    assert count(clean, f"FROM ({lines}) WHERE med_list_codg = 'XRULE002' AND gend <> '2'") == 0
    assert count(clean, f"FROM ({lines}) WHERE med_list_codg = '0RULE000' AND lv > 7") == 0
    assert count(clean, f"FROM ({lines}) WHERE med_list_codg = 'XRULE005' AND {money('inscp_scp_amt')} <> 0") == 0
    assert count(clean, f"FROM ({lines}) WHERE chrgitm_lv = '03' AND {money('inscp_scp_amt')} <> 0") == 0
    assert count(clean, f"FROM ({lines}) WHERE med_list_codg = '0RULE001' AND CAST(pric AS DECIMAL(18,6)) > 30") == 0
    assert count(clean, "FROM fee_list_d WHERE med_list_codg IN ('0RULE002', '0RULE003', '0RULE004', '0043X0001')") == 0
    assert count(clean, "FROM diag_d WHERE diag_code LIKE 'E11.0%'") == 0
