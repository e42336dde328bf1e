"""The drawn county in the form of the lake's tables: SQL for each bill and source table."""

from __future__ import annotations

from lake.tables import SOURCE_TABLES, TABLES
from lake.tables.schema import DUCKDB_TYPES, Table

# Stays with an operation, and the codes of every visit's diagnoses.
PREPARE = """
CREATE TABLE billed_visit AS
SELECT fact.*, settled.* EXCLUDE (v), visit_class = 'IPT' AND draw(fact.v, 41, 10) < 3 AS has_oprn
FROM visit_fact AS fact JOIN settled ON settled.v = fact.v;
CREATE TABLE visit_diag AS
SELECT part.v, list(dictionary.code ORDER BY dictionary.code_key) AS codes,
    min(CASE WHEN part.main = part.key THEN code END) AS main
FROM (SELECT v, main_diag_key AS main, unnest(diag_keys) AS key FROM billed_visit) AS part
JOIN dictionary ON dictionary.kind = 'diag' AND dictionary.code_key = part.key
GROUP BY part.v;
CREATE TABLE mended (v BIGINT, sn BIGINT, code_key INTEGER, code VARCHAR, name VARCHAR);
"""

_LINE = """
SELECT visit.month, visit.mdtrt_id, lpad(CAST(line.sn AS VARCHAR), 4, '0') AS feedetl_sn, visit.setl_id, visit.psn_no,
    visit.fixmedins_code, line.fee_time, line.fee_date, coalesce(mended.code, line.code) AS med_list_codg,
    coalesce(mended.code_key, line.code_key) AS code_key, coalesce(mended.name, line.name) AS hilist_name, line.list_type,
    line.chrgitm_lv, CASE line.list_type WHEN '101' THEN '09' WHEN '102' THEN '11' WHEN '103' THEN '10' WHEN '301' THEN '08'
        ELSE ['01', '02', '03', '04', '05', '07'][1 + draw(line.k, 42, 6)] END AS med_chrgitm_type,
    line.packs * 10000 AS net_cnt, line.amt AS net_amt, line.inscp AS net_inscp, line.price_fen * 10000 AS pric,
    CASE WHEN line.list_type < '200' THEN 30000 END AS prd_days, 'R' || line.v || '-' || (line.sn // 64) AS rx_drord_no,
    substr(line.code, 1, 12) AS medins_list_codg, visit.dept AS bilg_dept_codg, visit.doctor AS bilg_dr_codg,
    CASE WHEN line.list_type = '101' AND draw(line.k, 43, 10) < 3 THEN 'C' || line.v || '-' || line.sn END AS drug_trac_codg,
    CASE WHEN line.list_type = '103' THEN '1' END AS tcmdrug_used_way, 0 AS etip_flag, 0 AS dscg_tkdrug_flag,
    0 AS rx_circ_flag, FALSE AS is_limit_spared, {visit}
FROM priced AS line
JOIN billed_visit AS visit ON visit.v = line.v
JOIN visit_diag AS diag ON diag.v = line.v
LEFT JOIN mended ON mended.v = line.v AND mended.sn = line.sn
"""

_LINE_VISIT = """
    visit.visit_class, visit.visit_class = 'IPT' AS is_inpatient, visit.begn_time, visit.end_time, '0' AS matn_stas,
    visit.end_time AS setl_time, visit.insutype, visit.insu_admdvs, '2' AS pay_loc, visit.hosp_lv, visit.hosp_rank,
    NULL AS dise_codg, '1' AS hi_paymtd, visit.fund_amt AS setl_fund, visit.inscp_amt AS setl_inscp, visit.gend, visit.brdy,
    datesub('year', visit.brdy, line.fee_date) AS age_year, datesub('month', visit.brdy, line.fee_date) AS age_month,
    line.fee_date - visit.brdy AS age_day, visit.diag_keys, TRUE AS has_diag, FALSE AS has_tcm_diag, diag.main AS main_diag,
    visit.main_diag_key, visit.main_diag_key AS main_any_key
"""

_VISIT = """
SELECT visit.*, CASE visit_class WHEN 'IPT' THEN '2101' WHEN 'EMERG' THEN '1301' ELSE '1101' END AS med_type,
    visit.end_time AS setl_time, visit_class = 'IPT' AS is_inpatient, doctor AS chfpdr_code, dept AS dept_codg,
    CASE WHEN visit_class = 'IPT' THEN '1' END AS dscg_way, NULL AS die_date, '0' AS matn_stas, 0 AS ttp_pay_flag,
    NULL AS main_cond_dscr, '2' AS pay_loc, '1' AS hi_paymtd, NULL AS dise_codg, diag.codes AS diag_codes, TRUE AS has_diag,
    FALSE AS has_tcm_diag, diag.main AS main_diag, main_diag_key AS main_any_key,
    CASE WHEN has_oprn THEN [1 + draw(visit.v, 44, 900)] ELSE [] END AS oprn_keys
FROM billed_visit AS visit JOIN visit_diag AS diag ON diag.v = visit.v
"""

_OF_STAY = "priced AS line JOIN billed_visit AS visit ON visit.v = line.v AND visit.visit_class = 'IPT'"

# What each table's rows are, by column; columns that are not named are empty.
FORMS: dict[str, str] = {
    "bill_line": _LINE.format(visit=_LINE_VISIT),
    "bill_visit": _VISIT,
    "bill_settlement": "SELECT *, end_time AS setl_time, '2' AS pay_loc FROM billed_visit",
    "code_dict": "SELECT * FROM dictionary",
    "psn_d": "SELECT DISTINCT ON (person.psn_no) person.* FROM person JOIN billed_visit USING (p) ORDER BY person.p",
    "fixmedins_d": "SELECT fixmedins_code, CAST(hosp_lv AS VARCHAR) AS hosp_lv, '330212' AS admdvs FROM place",
    "prac_psn_d": "SELECT DISTINCT doctor AS prac_psn_code, fixmedins_code, dept AS dept_codg, '231' AS pro_tech_duty,"
    " 1 AS hi_dr_flag FROM (SELECT DISTINCT ON (doctor) doctor, fixmedins_code, dept FROM billed_visit ORDER BY v)",
    "mdtrt_d": "SELECT *, CASE visit_class WHEN 'IPT' THEN '2101' ELSE '1101' END AS med_type, begn_time AS begntime,"
    " end_time AS endtime, 1 AS vali_flag FROM billed_visit",
    "diag_d": "SELECT visit.mdtrt_id, '1' AS diag_srt_no, diag.main AS diag_code, 1 AS maindiag_flag, 1 AS vali_flag"
    " FROM billed_visit AS visit JOIN visit_diag AS diag ON diag.v = visit.v",
    "oprn_d": "SELECT mdtrt_id, '1' AS oprn_srt_no, code AS oprn_oprt_code, begn_time + to_days(1) AS oprn_oprt_begntime,"
    " begn_time + to_days(1) AS oprn_oprt_endtime FROM billed_visit"
    " JOIN dictionary ON kind = 'oprn' AND code_key = 1 + draw(v, 44, 900) WHERE has_oprn",
    "drord_d": "SELECT visit.mdtrt_id, 'O' || line.k AS drord_no, any_value(line.code) AS med_list_codg,"
    " min(line.fee_time) AS drord_isu_time, 1 AS medn_used_sdose, 'mg' AS medn_used_dosunt, 'QD' AS medn_use_frqu,"
    f" 1 AS vali_flag FROM {_OF_STAY} GROUP BY visit.mdtrt_id, line.k",
    "report_d": "SELECT visit.mdtrt_id, 'R' || line.k AS rpotc_no, any_value(line.code) AS med_list_codg,"
    " min(line.fee_date) AS exam_date, min(line.fee_date) AS rpt_date, CAST(min(draw(line.k, 45, 2)) AS VARCHAR) AS exam_rslt_abn"
    f" FROM {_OF_STAY} WHERE line.list_type = '201' GROUP BY visit.mdtrt_id, line.k",
    "record_d": "SELECT mdtrt_id, '1' AS rec_sn, 'nursing' AS rec_type, begn_time AS rec_time, 1 AS in_bed_flag"
    " FROM billed_visit WHERE visit_class = 'IPT'",
    "consent_d": "SELECT mdtrt_id, '1' AS consent_sn, 1 AS sign_flag, begn_time AS sign_time FROM billed_visit"
    " WHERE visit_class = 'IPT'",
    "onsite_d": "SELECT mdtrt_id, begn_time + to_days(1) AS chk_time, 1 AS in_bed_flag, 1 AS id_match_flag FROM billed_visit"
    " WHERE visit_class = 'IPT' AND draw(v, 46, 100) = 0",
    "filing_d": "SELECT 'F' || p AS filing_id, psn_no, 'opsp' AS filing_type, DATE '2024-01-01' AS begndate, 1 AS chk_pay_flag"
    " FROM person WHERE draw(p, 47, 100) = 0",
    "inventory_d": "SELECT fixmedins_code, code AS med_list_codg, strftime(DATE '2024-01-01' + to_months(CAST(m AS INTEGER)),"
    " '%Y-%m') AS ym, 100 AS open_cnt, 50 AS buy_cnt, 0 AS buy_net_cnt, 0 AS return_cnt, 100 AS close_cnt FROM place"
    " CROSS JOIN (SELECT code FROM item ORDER BY code LIMIT 20) CROSS JOIN range(24) AS months(m)",
    "medins_map_d": "SELECT fixmedins_code, substr(code, 1, 12) AS medins_list_codg, code AS med_list_codg,"
    " DATE '2020-01-01' AS begndate FROM place CROSS JOIN (SELECT code FROM item ORDER BY code LIMIT 20)",
    "setl_d": "SELECT * FROM billed_visit LIMIT 0",
    "fee_list_d": "SELECT * FROM billed_visit LIMIT 0",
}  # fmt: skip


def form(table: Table, have: frozenset[str], where: str = "TRUE", rows: str | None = None, batch_id: str = "bench") -> str:
    """The query of ``table``'s rows: its columns in order and typed, empty where ``rows`` (the draw's, if none is given) have
    none; ``have`` are there."""
    fixed = {"batch_id": f"'{batch_id}'", "file": "'drawn'", "line_no": "row_number() OVER ()"}
    columns = []
    for column in table.stored:
        value = f'"{column.name}"' if column.name in have else fixed.get(column.name, "NULL")
        columns.append(f'CAST({value} AS {DUCKDB_TYPES[column.kind]}) AS "{column.name}"')
    return f"SELECT {', '.join(columns)} FROM ({rows or FORMS[table.name]}) WHERE {where}"


def drawn_tables() -> list[Table]:
    """The bills and the source tables that the county has."""
    return [TABLES.get(name) or SOURCE_TABLES[name] for name in FORMS]
