"""What is known of settlements, visits, persons and institutions before any line is looked at (SQL, both engines).

Reads the current source rows (relations named like their tables) and ``code_dict``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.engines.portable import text_literal


def visit_class_sql(med_class: Mapping[str, str], column: str = "med_type") -> str:
    """SQL for the visit class of a med_type: the longest prefix of the regional profile wins; none fits = NULL."""
    by_length = sorted(med_class.items(), key=lambda item: (-len(item[0]), item[0]))
    whens = " ".join(f"WHEN startswith({column}, {text_literal(prefix)}) THEN {text_literal(name)}" for prefix, name in by_length)
    return f"CASE {whens} END"


def hosp_rank_sql(hosp_rank: Mapping[int, int], column: str = "hosp_lv") -> str:
    """SQL for the rank (3 highest … 0) of a level code; a code outside the profile has no rank."""
    whens = " ".join(f"WHEN {column} = {int(level)} THEN {int(rank)}" for level, rank in sorted(hosp_rank.items()))
    return f"CASE {whens} END"


def institution_statement(hosp_rank: Mapping[int, int]) -> tuple[str, str]:
    """The statement for ``institution``."""
    return "institution", INSTITUTION.format(hosp_rank=hosp_rank_sql(hosp_rank, "level"))


def fact_statements(
    med_class: Mapping[str, str], hosp_rank: Mapping[int, int], inpatient_prefixes: Sequence[str]
) -> list[tuple[str, str]]:
    """Statements for ``settlement_fact``, ``visit_fact``, ``visit_diag``, ``visit_oprn``, ``person_fact``, ``institution``."""
    inpatient = " OR ".join(f"startswith(med_type, {text_literal(prefix)})" for prefix in inpatient_prefixes) or "FALSE"
    return [
        institution_statement(hosp_rank),
        ("person_fact", PERSON_FACT),
        ("visit_header", VISIT_HEADER.format(visit_class=visit_class_sql(med_class), inpatient=inpatient)),
        ("settlement_fact", SETTLEMENT_FACT.format(hosp_rank=hosp_rank_sql(hosp_rank, "level"))),
        ("visit_diag", VISIT_DIAG),
        ("visit_oprn", VISIT_OPRN),
        ("visit_fact", VISIT_FACT),
    ]


# One row for each institution; its rank from the regional profile.
INSTITUTION = """
WITH levelled AS (
    SELECT fixmedins_code, fixmedins_name, fixmedins_type, hosp_lv, ownership, admdvs, alliance_code, aprv_bed_cnt,
        try_cast(hosp_lv AS INT) AS level
    FROM fixmedins_d
)
SELECT fixmedins_code, fixmedins_name, fixmedins_type, hosp_lv, ownership, admdvs, alliance_code, aprv_bed_cnt, level,
    {hosp_rank} AS hosp_rank
FROM levelled
"""

# One row for each insured person.
PERSON_FACT = """
SELECT psn_no, CASE WHEN gend IN ('1', '2') THEN gend END AS gend, brdy, die_date, emp_no
FROM psn_d
"""

# One row for each valid visit; a med_type that no prefix fits leaves class and is_inpatient unknown.
VISIT_HEADER = """
WITH classed AS (
    SELECT mdtrt_id, psn_no, fixmedins_code, med_type, {visit_class} AS visit_class, ({inpatient}) AS has_inpatient_type,
        begntime, endtime, chfpdr_code, coalesce(dscg_dept_codg, adm_dept_codg) AS dept_codg, dscg_way, die_date,
        matn_stas, ttp_pay_flag, main_cond_dscr, dise_codg
    FROM mdtrt_d
    WHERE coalesce(vali_flag, 1) <> 0
)
SELECT mdtrt_id, psn_no, fixmedins_code, med_type, visit_class,
    CASE WHEN visit_class IS NOT NULL THEN has_inpatient_type END AS is_inpatient,
    begntime AS begn_time, endtime AS end_time, chfpdr_code, dept_codg, dscg_way, die_date,
    matn_stas, ttp_pay_flag, main_cond_dscr, dise_codg
FROM classed
"""

# One row for each net settlement: valid, of a valid visit, neither a refund nor refunded. Levels: the institution's stands
# in only where the settlement's is missing (contract, clarification 13).
SETTLEMENT_FACT = """
WITH valid AS (
    SELECT setl_id, mdtrt_id, psn_no, fixmedins_code, setl_time, insutype, insu_admdvs, pay_loc, hosp_lv, dise_codg,
        hi_paymtd, gend, brdy, fund_pay_sumamt, inscp_scp_amt, coalesce(refd_setl_flag, 0) AS refd_setl_flag, init_setl_id
    FROM setl_d
    WHERE coalesce(vali_flag, 1) <> 0
),
refunded AS (
    SELECT DISTINCT init_setl_id AS setl_id FROM valid WHERE refd_setl_flag = 1 AND init_setl_id IS NOT NULL
),
net AS (
    SELECT valid.setl_id, valid.mdtrt_id, valid.psn_no, valid.fixmedins_code, valid.setl_time, valid.insutype,
        valid.insu_admdvs, valid.pay_loc, valid.dise_codg, valid.hi_paymtd, valid.gend, valid.brdy,
        valid.fund_pay_sumamt, valid.inscp_scp_amt,
        CASE WHEN valid.hosp_lv IS NULL THEN institution.level ELSE try_cast(valid.hosp_lv AS INT) END AS level
    FROM valid
    LEFT JOIN refunded ON refunded.setl_id = valid.setl_id
    LEFT JOIN institution ON institution.fixmedins_code = valid.fixmedins_code
    WHERE valid.refd_setl_flag <> 1 AND refunded.setl_id IS NULL
)
SELECT net.setl_id, net.mdtrt_id, net.psn_no, net.fixmedins_code,
    coalesce(date_format(net.setl_time, 'yyyy-MM'), '0000-00') AS month,
    net.setl_time, net.insutype, net.insu_admdvs, net.pay_loc, net.level AS hosp_lv, {hosp_rank} AS hosp_rank,
    net.hi_paymtd, coalesce(net.dise_codg, visit_header.dise_codg) AS dise_codg,
    coalesce(CASE WHEN net.gend IN ('1', '2') THEN net.gend END, person_fact.gend) AS gend,
    coalesce(net.brdy, person_fact.brdy) AS brdy,
    CAST(net.fund_pay_sumamt * 100 AS BIGINT) AS fund_amt, CAST(net.inscp_scp_amt * 100 AS BIGINT) AS inscp_amt
FROM net
JOIN visit_header ON visit_header.mdtrt_id = net.mdtrt_id
LEFT JOIN person_fact ON person_fact.psn_no = net.psn_no
"""

# One row for each visit with a diagnosis. A code with two or more dots is a 中医 code; the main diagnosis is the marked one,
# out before in, then the smallest number as text. Sets without 中医 entries see the western codes only.
VISIT_DIAG = """
WITH valid AS (
    SELECT diag_d.mdtrt_id, upper(trim(diag_d.diag_code)) AS diag_code, diag_d.maindiag_flag, diag_d.inout_diag_type,
        diag_d.diag_srt_no
    FROM diag_d
    WHERE coalesce(diag_d.vali_flag, 1) <> 0 AND trim(diag_d.diag_code) <> ''
),
keyed AS (
    SELECT valid.mdtrt_id, valid.diag_code, code_dict.code_key,
        length(valid.diag_code) - length(replace(valid.diag_code, '.', '')) >= 2 AS is_tcm,
        CASE WHEN valid.maindiag_flag = 1 THEN
            concat(CASE valid.inout_diag_type WHEN '2' THEN '1' WHEN '1' THEN '2' ELSE '3' END, valid.diag_srt_no)
        END AS main_order
    FROM valid
    JOIN code_dict ON code_dict.kind = 'diag' AND code_dict.code = valid.diag_code
)
SELECT mdtrt_id,
    sort_array(collect_set(code_key)) AS diag_keys,
    sort_array(collect_set(diag_code)) AS diag_codes,
    bool_or(NOT is_tcm) AS has_diag,
    bool_or(is_tcm) AS has_tcm_diag,
    min_by(diag_code, main_order) FILTER (WHERE main_order IS NOT NULL AND NOT is_tcm) AS main_diag,
    min_by(code_key, main_order) FILTER (WHERE main_order IS NOT NULL AND NOT is_tcm) AS main_diag_key,
    min_by(code_key, main_order) FILTER (WHERE main_order IS NOT NULL) AS main_any_key
FROM keyed
GROUP BY mdtrt_id
"""

# One row for each visit with an operation.
VISIT_OPRN = """
SELECT oprn_d.mdtrt_id, sort_array(collect_set(code_dict.code_key)) AS oprn_keys
FROM oprn_d
LEFT JOIN code_dict ON code_dict.kind = 'oprn' AND code_dict.code = upper(trim(oprn_d.oprn_oprt_code))
GROUP BY oprn_d.mdtrt_id
"""

# One row for each valid visit with a net settlement: header, its last settlement's attributes, W and diagnoses.
VISIT_FACT = """
WITH ranked AS (
    SELECT mdtrt_id, setl_id, month, setl_time, insutype, insu_admdvs, pay_loc, hosp_lv, hosp_rank, hi_paymtd, dise_codg,
        gend, brdy,
        row_number() OVER (PARTITION BY mdtrt_id ORDER BY setl_time DESC NULLS LAST, setl_id DESC) AS newest
    FROM settlement_fact
),
paid AS (
    SELECT mdtrt_id, CAST(sum(fund_amt) AS BIGINT) AS fund_amt FROM settlement_fact GROUP BY mdtrt_id
)
SELECT ranked.month, header.mdtrt_id, header.psn_no, header.fixmedins_code, ranked.setl_id, ranked.setl_time,
    header.visit_class, header.is_inpatient, header.med_type, header.begn_time, header.end_time, header.chfpdr_code,
    header.dept_codg, header.dscg_way, header.die_date, header.matn_stas, header.ttp_pay_flag, header.main_cond_dscr,
    ranked.insutype, ranked.insu_admdvs, ranked.pay_loc, ranked.hosp_lv, ranked.hosp_rank, ranked.hi_paymtd,
    ranked.dise_codg, ranked.gend, ranked.brdy, paid.fund_amt,
    coalesce(visit_diag.diag_keys, CAST(array() AS ARRAY<INT>)) AS diag_keys,
    coalesce(visit_diag.diag_codes, CAST(array() AS ARRAY<STRING>)) AS diag_codes,
    coalesce(visit_diag.has_diag, FALSE) AS has_diag, coalesce(visit_diag.has_tcm_diag, FALSE) AS has_tcm_diag,
    visit_diag.main_diag, visit_diag.main_diag_key, visit_diag.main_any_key,
    coalesce(visit_oprn.oprn_keys, CAST(array() AS ARRAY<INT>)) AS oprn_keys,
    visit_oprn.mdtrt_id IS NOT NULL AS has_oprn
FROM visit_header AS header
JOIN ranked ON ranked.mdtrt_id = header.mdtrt_id AND ranked.newest = 1
JOIN paid ON paid.mdtrt_id = header.mdtrt_id
LEFT JOIN visit_diag ON visit_diag.mdtrt_id = header.mdtrt_id
LEFT JOIN visit_oprn ON visit_oprn.mdtrt_id = header.mdtrt_id
"""
