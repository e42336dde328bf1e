"""Money of lines and settlements: every identity of the contract holds to the cent, refunds included."""

from __future__ import annotations

from pyspark.sql import DataFrame

from synth.dice import Dice
from synth.profile import CountyProfile

LINE_COLUMNS = (
    "mdtrt_id, psn_no, fixmedins_code, med_type, visit_class, is_inpatient, dept, doctor, begn_time, end_time, setl_time, "
    "is_planted, fee_time, med_list_codg, hilist_name, list_type, med_chrgitm_type, chrgitm_lv, pric_micro, rx, prd_days, "
    "is_take_home, trac, tcm_way"
)
# A consumable above this price is paid up to it.
PRICE_CEILING_YUAN = 1000
DEDUCTIBLE = "CASE hosp_rank WHEN 3 THEN 60000 WHEN 2 THEN 40000 ELSE 20000 END"
INPATIENT_PERCENT = "CASE hosp_rank WHEN 3 THEN 70 WHEN 2 THEN 80 ELSE 88 END + IF(insutype = '310', 5, 0)"
OUTPATIENT_PERCENT = "CASE visit_class WHEN 'OPSP' THEN 75 WHEN 'PHARM' THEN 40 ELSE 55 END"
SERIOUS_ILLNESS_FROM = 1_500_000


def priced_lines(lines: DataFrame, profile: CountyProfile) -> DataFrame:
    """Every line with its amounts in 分, its settlement, and the refund lines that reverse it in whole or in part."""
    dice = Dice(profile.seed)
    line = "mdtrt_id, sn"
    last_day = f"date_add(DATE '{profile.first_day}', {profile.days - 3})"
    return lines.sparkSession.sql(
        f"""
        WITH amounts AS (
            SELECT *, (cnt * pric_micro + 5000) DIV 10000 AS amt,
                   CASE WHEN list_type = '301' AND chrgitm_lv <> '03' AND inscp_fen IS NULL
                       AND pric_micro > {PRICE_CEILING_YUAN}000000
                        THEN (cnt * (pric_micro - {PRICE_CEILING_YUAN}000000) + 5000) DIV 10000 ELSE 0 END AS over,
                   NOT is_planted AND CAST(setl_time AS DATE) <= {last_day}
                       AND {dice.chance("whole refund", "mdtrt_id", 60)} AS is_reversed,
                   {dice.chance("settled again", "mdtrt_id", 5000)} AS is_repeated,
                   NOT is_planted AND NOT is_take_home AND {dice.chance("refund", line, 120)} AS is_refunded
            FROM {{lines}}
        ),
        own AS (
            SELECT *, CASE WHEN inscp_fen IS NOT NULL THEN amt - least(inscp_fen, amt) WHEN chrgitm_lv = '03' THEN amt
                ELSE 0 END AS own
            FROM amounts
        ),
        paid AS (
            SELECT *, CASE WHEN chrgitm_lv = '02' AND inscp_fen IS NULL THEN (amt - over) DIV 10 ELSE 0 END AS pre FROM own
        ),
        -- Copies of a line: 0 as charged; r a refund within the settlement; of a settlement that was taken back also
        -- 9 (all of it negative) and, for half of them, 1 (settled once more).
        copied AS (
            SELECT paid.*, copy, IF(cnt % 2 = 0, 2, 1) AS parts, lpad(CAST(sn AS STRING), 5, '0') AS charged_sn
            FROM paid LATERAL VIEW explode(CASE WHEN is_reversed AND is_repeated THEN array('0', '9', '1') WHEN is_reversed
                THEN array('0', '9')
                                                WHEN is_refunded THEN array('0', 'r') ELSE array('0') END) AS copy
        ),
        signed AS (
            SELECT {LINE_COLUMNS}, IF(copy = 'r', '0', copy) AS setl_part,
                   CASE copy WHEN '0' THEN charged_sn WHEN 'r' THEN '2' || charged_sn WHEN '9' THEN '3' || charged_sn
                             ELSE '4' || charged_sn END AS feedetl_sn,
                   IF(copy IN ('r', '9'), charged_sn, NULL) AS init_feedetl_sn,
                   CASE copy WHEN 'r' THEN -(cnt DIV parts) WHEN '9' THEN -cnt ELSE cnt END AS cnt,
                   CASE copy WHEN 'r' THEN -(amt DIV parts) WHEN '9' THEN -amt ELSE amt END AS amt,
                   CASE copy WHEN 'r' THEN -(own DIV parts) WHEN '9' THEN -own ELSE own END AS own,
                   CASE copy WHEN 'r' THEN -(over DIV parts) WHEN '9' THEN -over ELSE over END AS over,
                   CASE copy WHEN 'r' THEN -(pre DIV parts) WHEN '9' THEN -pre ELSE pre END AS pre
            FROM copied
        ),
        numbered AS (
            SELECT *, amt - own - over - pre AS inscp, 'S' || substring(mdtrt_id, 2) || setl_part AS setl_id,
                   CASE setl_part WHEN '0' THEN setl_time WHEN '9' THEN setl_time + INTERVAL '1' DAY
                                  ELSE setl_time + INTERVAL '1' DAY + INTERVAL '30' MINUTE END AS settled_at
            FROM signed
        )
        SELECT *, date_format(settled_at, 'yyyy-MM') AS batch_id FROM numbered
        """,
        lines=lines,
    )


def settlements(lines: DataFrame, visits: DataFrame, profile: CountyProfile) -> DataFrame:
    """One row per settlement, amounts in 分: sums of its lines, and who pays."""
    dice = Dice(profile.seed)
    return lines.sparkSession.sql(
        f"""
        WITH summed AS (
            SELECT setl_id, mdtrt_id, setl_part, settled_at, batch_id, sum(amt) AS amt, sum(own) AS own, sum(over) AS over,
                   sum(pre) AS pre, sum(inscp) AS inscp
            FROM {{lines}} GROUP BY setl_id, mdtrt_id, setl_part, settled_at, batch_id
        ),
        joined AS (
            SELECT summed.*, visits.psn_no, visits.gend, visits.brdy, visits.insutype, visits.insu_admdvs, visits.pay_loc,
                visits.fixmedins_code,
                   visits.hosp_lv, visits.hosp_rank, visits.begn_time, visits.end_time, visits.med_type, visits.visit_class,
                       visits.is_inpatient,
                   visits.hi_paymtd, visits.dise_codg, abs(inscp) AS base, IF(setl_part = '9', -1, 1) AS sign
            FROM summed JOIN {{visits}} AS visits ON visits.mdtrt_id = summed.mdtrt_id
        ),
        pooled AS (
            SELECT *, CASE WHEN is_inpatient THEN greatest(base - {DEDUCTIBLE}, 0) * ({INPATIENT_PERCENT}) DIV 100
                           ELSE base * {OUTPATIENT_PERCENT} DIV 100 END AS pool
            FROM joined
        ),
        further AS (
            SELECT *, IF(base - pool > {SERIOUS_ILLNESS_FROM}, (base - pool - {SERIOUS_ILLNESS_FROM}) DIV 2, 0) AS serious,
                   IF(insutype = '310' AND {dice.chance("civil servant", "psn_no", 600)}, (base - pool) DIV 20, 0) AS civil,
                   IF(insutype = '390' AND {dice.chance("poor", "psn_no", 500)}, (base - pool) DIV 10, 0) AS aid
            FROM pooled
        ),
        funded AS (SELECT *, sign * (pool + serious + civil + aid) AS fund FROM further)
        SELECT *, amt - fund AS person_part, IF(insutype = '310', (amt - fund) * 60 DIV 100, 0) AS account FROM funded
        """,
        lines=lines,
        visits=visits,
    )
