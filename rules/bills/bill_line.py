"""Net lines with everything a rule asks of a line, joined once (SQL, both engines).

Reads ``fee_list_d``, ``code_dict`` and the relations of rules/bills/facts.py. Money is 分, counts × 10,000, prices × 1,000,000.
"""

from __future__ import annotations

# One row for each net line (contract, section 1 "Netting"): refunds are taken off their original, a line netted to zero is out.
# A refund counts only where it is itself valid and of a net settlement: what is out is out with everything it did.
NET_LINE = """
WITH valid AS (
    SELECT fee.mdtrt_id, fee.feedetl_sn, fee.setl_id, fee.init_feedetl_sn,
        CAST(fee.cnt * 10000 AS BIGINT) AS cnt, CAST(fee.det_item_fee_sumamt * 100 AS BIGINT) AS amt,
        CAST(fee.inscp_scp_amt * 100 AS BIGINT) AS inscp
    FROM fee_list_d AS fee
    JOIN settlement_fact ON settlement_fact.setl_id = fee.setl_id
    JOIN visit_header ON visit_header.mdtrt_id = fee.mdtrt_id
    WHERE coalesce(fee.vali_flag, 1) <> 0
),
refunded AS (
    SELECT mdtrt_id, init_feedetl_sn AS feedetl_sn,
        CAST(sum(-abs(cnt)) AS BIGINT) AS cnt, CAST(sum(-abs(amt)) AS BIGINT) AS amt,
        CAST(sum(-abs(inscp)) AS BIGINT) AS inscp
    FROM valid
    WHERE init_feedetl_sn IS NOT NULL
    GROUP BY mdtrt_id, init_feedetl_sn
),
netted AS (
    SELECT valid.mdtrt_id, valid.feedetl_sn, valid.cnt + coalesce(refunded.cnt, 0) AS net_cnt,
        valid.amt + coalesce(refunded.amt, 0) AS net_amt, valid.inscp + coalesce(refunded.inscp, 0) AS net_inscp
    FROM valid
    LEFT JOIN refunded ON refunded.mdtrt_id = valid.mdtrt_id AND refunded.feedetl_sn = valid.feedetl_sn
    WHERE valid.cnt > 0 AND valid.init_feedetl_sn IS NULL
)
SELECT mdtrt_id, feedetl_sn, net_cnt, net_amt, greatest(net_inscp, CAST(0 AS BIGINT)) AS net_inscp
FROM netted
WHERE net_cnt > 0 AND net_amt > 0
"""

# One row for each net line, with its visit's, settlement's and person's facts.
BILL_LINE = """
WITH dated AS (
    SELECT fee.mdtrt_id, fee.feedetl_sn, fee.setl_id, coalesce(fee.psn_no, settlement_fact.psn_no) AS psn_no,
        coalesce(fee.fixmedins_code, settlement_fact.fixmedins_code) AS fixmedins_code,
        fee.fee_ocur_time AS fee_time, CAST(fee.fee_ocur_time AS DATE) AS fee_date, fee.med_list_codg, fee.hilist_name,
        fee.list_type, try_cast(fee.chrgitm_lv AS INT) AS chrgitm_lv, fee.med_chrgitm_type,
        net.net_cnt, net.net_amt, net.net_inscp, CAST(fee.pric * 1000000 AS BIGINT) AS pric,
        CAST(fee.prd_days * 10000 AS BIGINT) AS prd_days, fee.rx_drord_no, fee.medins_list_codg, fee.bilg_dept_codg,
        fee.bilg_dr_codg, fee.drug_trac_codg, fee.tcmdrug_used_way, fee.etip_flag, fee.dscg_tkdrug_flag,
        fee.rx_circ_flag,
        coalesce(fee.lmt_used_flag = 1 AND fee.hosp_appr_flag IN (0, 2), FALSE) AS is_limit_spared,
        settlement_fact.month, settlement_fact.setl_time, settlement_fact.insutype, settlement_fact.insu_admdvs,
        settlement_fact.pay_loc, settlement_fact.hosp_lv, settlement_fact.hosp_rank, settlement_fact.dise_codg,
        settlement_fact.hi_paymtd, settlement_fact.fund_amt AS setl_fund, settlement_fact.inscp_amt AS setl_inscp,
        settlement_fact.gend,
        CASE WHEN settlement_fact.brdy <= CAST(fee.fee_ocur_time AS DATE) THEN settlement_fact.brdy END AS brdy
    FROM net_line AS net
    JOIN fee_list_d AS fee ON fee.mdtrt_id = net.mdtrt_id AND fee.feedetl_sn = net.feedetl_sn
    JOIN settlement_fact ON settlement_fact.setl_id = fee.setl_id
),
aged AS (
    SELECT mdtrt_id, feedetl_sn,
        year(fee_date) - year(brdy)
            - CASE WHEN month(fee_date) * 100 + day(fee_date) < month(brdy) * 100 + day(brdy) THEN 1 ELSE 0 END AS age_year,
        (year(fee_date) - year(brdy)) * 12 + month(fee_date) - month(brdy)
            - CASE WHEN day(fee_date) < day(brdy) THEN 1 ELSE 0 END AS age_month,
        datediff(fee_date, brdy) AS age_day
    FROM dated
    WHERE brdy IS NOT NULL
)
SELECT dated.month, dated.mdtrt_id, dated.feedetl_sn, dated.setl_id, dated.psn_no, dated.fixmedins_code,
    dated.fee_time, dated.fee_date, dated.med_list_codg, CAST(code_dict.code_key AS INT) AS code_key, dated.hilist_name,
    dated.list_type, dated.chrgitm_lv, dated.med_chrgitm_type, dated.net_cnt, dated.net_amt, dated.net_inscp, dated.pric,
    dated.prd_days, dated.rx_drord_no, dated.medins_list_codg, dated.bilg_dept_codg, dated.bilg_dr_codg,
    dated.drug_trac_codg, dated.tcmdrug_used_way, dated.etip_flag, dated.dscg_tkdrug_flag, dated.rx_circ_flag,
    dated.is_limit_spared, visit.visit_class, visit.is_inpatient, visit.begn_time, visit.end_time, visit.matn_stas,
    dated.setl_time, dated.insutype, dated.insu_admdvs, dated.pay_loc, dated.hosp_lv, dated.hosp_rank, dated.dise_codg,
    dated.hi_paymtd, dated.setl_fund, dated.setl_inscp, dated.gend, dated.brdy,
    CAST(aged.age_year AS INT) AS age_year, CAST(aged.age_month AS INT) AS age_month, CAST(aged.age_day AS INT) AS age_day,
    visit.diag_keys, visit.has_diag, visit.has_tcm_diag, visit.main_diag, visit.main_diag_key, visit.main_any_key
FROM dated
JOIN visit_fact AS visit ON visit.mdtrt_id = dated.mdtrt_id
LEFT JOIN aged ON aged.mdtrt_id = dated.mdtrt_id AND aged.feedetl_sn = dated.feedetl_sn
LEFT JOIN code_dict ON code_dict.kind = 'med' AND code_dict.code = dated.med_list_codg
"""

# One row for each visit of visit_fact, with the sum of its net lines (missing where it has none).
BILL_VISIT = """
WITH billed AS (
    SELECT mdtrt_id, CAST(sum(net_amt) AS BIGINT) AS fee_amt FROM bill_line GROUP BY mdtrt_id
)
SELECT visit.month, visit.mdtrt_id, visit.psn_no, visit.fixmedins_code, visit.setl_id, visit.setl_time,
    visit.visit_class, visit.is_inpatient, visit.med_type, visit.begn_time, visit.end_time, visit.chfpdr_code,
    visit.dept_codg, visit.dscg_way, visit.die_date, visit.matn_stas, visit.ttp_pay_flag, visit.main_cond_dscr,
    visit.insutype, visit.insu_admdvs, visit.pay_loc, visit.hosp_lv, visit.hosp_rank, visit.hi_paymtd, visit.dise_codg,
    visit.gend, visit.brdy, visit.fund_amt, billed.fee_amt, visit.diag_keys, visit.diag_codes, visit.has_diag,
    visit.has_tcm_diag, visit.main_diag, visit.main_diag_key, visit.main_any_key, visit.oprn_keys, visit.has_oprn
FROM visit_fact AS visit
LEFT JOIN billed ON billed.mdtrt_id = visit.mdtrt_id
"""

LINE_STATEMENTS = [("net_line", NET_LINE), ("bill_line", BILL_LINE), ("bill_visit", BILL_VISIT)]
