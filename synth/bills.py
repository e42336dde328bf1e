"""The billing tables as a hospital sends them, late and corrected rows too."""

from __future__ import annotations

from pyspark.sql import DataFrame

from synth.dice import Dice, yuan
from synth.profile import CountyProfile


def next_batch(profile: CountyProfile) -> str:
    """SQL of the batch after ``batch_id``; the last one has none (NULL)."""
    pairs = zip(profile.batches, profile.batches[1:], strict=False)
    places = " ".join(f"WHEN '{batch}' THEN '{after}'" for batch, after in pairs)
    return f"CASE batch_id {places} END" if places else "CAST(NULL AS STRING)"


def fee_rows(lines: DataFrame, profile: CountyProfile) -> DataFrame:
    """fee_list_d: some lines come a batch late, and some come twice, the second time with the right name."""
    dice = Dice(profile.seed)
    line = "mdtrt_id, feedetl_sn"
    plain = "setl_part = '0' AND init_feedetl_sn IS NULL AND NOT is_planted"
    return lines.sparkSession.sql(
        f"""
        WITH sent AS (
            SELECT *, {plain} AND {dice.chance("late", line, 100)} AS is_late, {plain}
                AND {dice.chance("corrected", line, 30)} AS is_corrected,
                   {next_batch(profile)} AS following
            FROM {{lines}}
        ),
        told AS (
            SELECT sent.* EXCEPT (batch_id), IF(is_late AND following IS NOT NULL OR version = 2, following,
                batch_id) AS batch_id,
                   IF(version = 1 AND is_corrected AND NOT is_late AND following IS NOT NULL, hilist_name || '（待核）',
                       hilist_name) AS told_name
            FROM sent LATERAL VIEW explode(IF(is_corrected AND NOT is_late AND following IS NOT NULL, array(1, 2),
                array(1))) AS version
        )
        SELECT mdtrt_id, feedetl_sn, setl_id, psn_no, fixmedins_code, med_type, fee_time AS fee_ocur_time, list_type,
            med_list_codg,
               'Y' || med_list_codg AS medins_list_codg, told_name AS hilist_name, med_chrgitm_type, chrgitm_lv, cnt,
               CAST(CAST(pric_micro AS DECIMAL(18,0)) * 0.000001BD AS DECIMAL(18,6)) AS pric,
               CASE chrgitm_lv WHEN '01' THEN 0.00BD WHEN '02' THEN 0.10BD ELSE 1.00BD END AS selfpay_prop,
               {yuan("amt")} AS det_item_fee_sumamt, {yuan("own")} AS fulamt_ownpay_amt, {yuan("over")} AS overlmt_amt,
               {yuan("pre")} AS preselfpay_amt, {yuan("inscp")} AS inscp_scp_amt, dept AS bilg_dept_codg, doctor AS bilg_dr_codg,
               doctor AS orders_dr_code, dept AS acord_dept_codg, rx AS rx_drord_no, init_feedetl_sn, 0 AS lmt_used_flag,
               0 AS etip_flag, IF(is_inpatient AND (is_take_home OR list_type IN ('101', '102', '103')), IF(is_take_home, 1, 0),
                   NULL) AS dscg_tkdrug_flag,
               prd_days, coalesce(tcm_way, IF(list_type = '103', '1', NULL)) AS tcmdrug_used_way, trac AS drug_trac_codg,
                   1 AS vali_flag, batch_id
        FROM told
        """,
        lines=lines,
    )


def settlement_rows(settled: DataFrame, profile: CountyProfile) -> DataFrame:
    """setl_d: some settlements come again in the next batch with the account's part corrected."""
    dice = Dice(profile.seed)
    return settled.sparkSession.sql(
        f"""
        WITH sent AS (
            SELECT *, setl_part = '0' AND {dice.chance("corrected settlement", "setl_id", 40)} AS is_corrected,
                {next_batch(profile)} AS following
            FROM {{settled}}
        ),
        told AS (
            SELECT sent.* EXCEPT (account, batch_id), batch_id, IF(is_corrected AND following IS NOT NULL, 0,
                account) AS account FROM sent
            UNION ALL
            SELECT sent.* EXCEPT (account, batch_id), following, account FROM sent WHERE is_corrected AND following IS NOT NULL
        )
        SELECT setl_id, mdtrt_id, psn_no, gend, brdy, insutype, '11' AS psn_type, insu_admdvs, '369900' AS fix_blng_admdvs,
            pay_loc,
               fixmedins_code, hosp_lv, CAST(begn_time AS DATE) AS begndate, CAST(end_time AS DATE) AS enddate,
                   settled_at AS setl_time,
               med_type, hi_paymtd, dise_codg, {yuan("amt")} AS medfee_sumamt, {yuan("own")} AS fulamt_ownpay_amt,
               {yuan("over")} AS overlmt_selfpay, {yuan("pre")} AS preselfpay_amt, {yuan("inscp")} AS inscp_scp_amt,
               {yuan("sign * pool")} AS hifp_pay, {yuan("fund")} AS fund_pay_sumamt, {yuan("person_part")} AS psn_part_amt,
               {yuan("account")} AS acct_pay, {yuan("person_part - account")} AS psn_cash_pay,
                   {yuan("sign * civil")} AS cvlserv_pay,
               {yuan("sign * serious")} AS hifes_pay, 0.00BD AS hifmi_pay, 0.00BD AS hifob_pay, {yuan("sign * aid")} AS maf_pay,
               0.00BD AS oth_pay, IF(setl_part = '9', 1, 0) AS refd_setl_flag,
               IF(setl_part = '9', substring(setl_id, 1, length(setl_id) - 1) || '0', NULL) AS init_setl_id, 1 AS vali_flag,
                   batch_id
        FROM told
        """,
        settled=settled,
    )


def visit_rows(visits: DataFrame, profile: CountyProfile) -> DataFrame:
    """mdtrt_d: some visits come again in the next batch with the days of the stay corrected."""
    dice = Dice(profile.seed)
    return visits.sparkSession.sql(
        f"""
        WITH sent AS (
            SELECT *, date_format(setl_time, 'yyyy-MM') AS batch_id,
                {dice.chance("corrected visit", "mdtrt_id", 50)} AS is_corrected,
                   {dice.pick("bed", "mdtrt_id", 400)} AS bed
            FROM {{visits}}
        ),
        dated AS (SELECT *, {next_batch(profile)} AS following FROM sent),
        told AS (
            SELECT *, batch_id AS told_in, IF(is_corrected AND following IS NOT NULL, stay_nights + 30,
                stay_nights) AS told_days FROM dated
            UNION ALL
            SELECT *, following, stay_nights FROM dated WHERE is_corrected AND following IS NOT NULL
        )
        SELECT mdtrt_id, psn_no, fixmedins_code, med_type, begn_time AS begntime, end_time AS endtime, doctor AS chfpdr_code,
               IF(is_inpatient, dept, NULL) AS adm_dept_codg, IF(is_inpatient, dept, NULL) AS dscg_dept_codg,
               IF(is_inpatient, 'B' || bed, NULL) AS adm_bed, IF(is_inpatient, told_days, NULL) AS ipt_days, dscg_way,
               IF(dscg_way = '5', CAST(end_time AS DATE), NULL) AS die_date,
               coalesce(matn_stas, CASE WHEN visit_class = 'MATN' THEN '3' WHEN gend = '1' THEN '1' ELSE '0' END) AS matn_stas,
               coalesce(ttp_pay_flag, 0) AS ttp_pay_flag, dise_codg, coalesce(main_cond, '合成就诊记录') AS main_cond_dscr,
               IF(is_inpatient, '1', NULL) AS inhosp_stas, 1 AS vali_flag, told_in AS batch_id
        FROM told
        """,
        visits=visits,
    )


def diagnosis_rows(visits: DataFrame, names: DataFrame) -> DataFrame:
    """diag_d: the first diagnosis of a visit is the main one; a stay's main one was known at admission too."""
    return visits.sparkSession.sql(
        """
        WITH told AS (
            SELECT mdtrt_id, psn_no, is_inpatient, date_format(setl_time, 'yyyy-MM') AS batch_id, nth, code
            FROM {visits} LATERAL VIEW posexplode(diag_codes) AS nth, code
        ),
        numbered AS (
            SELECT *, CAST(nth + 1 AS STRING) AS diag_srt_no, IF(is_inpatient, '2', '1') AS inout_diag_type FROM told
            UNION ALL
            SELECT *, '9', '1' FROM told WHERE is_inpatient AND nth = 0
        )
        SELECT mdtrt_id, diag_srt_no, psn_no, inout_diag_type, IF(nth = 0, 1, 0) AS maindiag_flag, numbered.code AS diag_code,
               names.name AS diag_name, 1 AS vali_flag, batch_id
        FROM numbered LEFT JOIN {names} AS names ON names.code = numbered.code
        """,
        visits=visits,
        names=names,
    )


def operation_rows(visits: DataFrame, names: DataFrame) -> DataFrame:
    """oprn_d: the one operation of visits that have one, on the day after admission (day surgery: the same day)."""
    return visits.sparkSession.sql(
        """
        SELECT mdtrt_id, '1' AS oprn_srt_no, 1 AS main_oprn_flag, oprn_code AS oprn_oprt_code, names.name AS oprn_oprt_name,
               begn_time + INTERVAL '3' HOUR AS oprn_oprt_begntime, begn_time + INTERVAL '4' HOUR AS oprn_oprt_endtime,
               doctor AS oper_dr_code, date_format(setl_time, 'yyyy-MM') AS batch_id
        FROM {visits} AS visits LEFT JOIN {names} AS names ON names.code = visits.oprn_code
        WHERE oprn_code IS NOT NULL
        """,
        visits=visits,
        names=names,
    )
