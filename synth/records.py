"""What a hospital keeps about a visit: orders, reports, course records, consents, on-site checks; and the filings of persons."""

from __future__ import annotations

from pyspark.sql import DataFrame

from synth.dice import Dice
from synth.profile import CountyProfile

# Planted visits bring their own records: what a case says is missing must stay missing.
ORDINARY = "NOT is_planted AND init_feedetl_sn IS NULL AND setl_part = '0'"


def order_rows(lines: DataFrame) -> DataFrame:
    """drord_d: one order for each drug and treatment of a stay that is repeated from day to day; only cases write doses."""
    return lines.sparkSession.sql(f"""
        SELECT mdtrt_id, rx AS drord_no, '2' AS drord_type, min(med_list_codg) AS med_list_codg, min(begn_time) AS drord_isu_time,
               min(end_time) AS drord_endtime, sum(cnt) AS exec_cnt, 1 AS vali_flag,
               CAST(NULL AS STRING) AS medn_used_sdose, CAST(NULL AS STRING) AS medn_used_dosunt,
               CAST(NULL AS STRING) AS medn_use_frqu, date_format(min(setl_time), 'yyyy-MM') AS batch_id
        FROM {{lines}} WHERE {ORDINARY} AND is_inpatient AND rx IS NOT NULL
        GROUP BY mdtrt_id, rx
    """, lines=lines)  # fmt: skip


def report_rows(lines: DataFrame, profile: CountyProfile) -> DataFrame:
    """report_d: one report for each examination and laboratory line, abnormal more often in some institutions."""
    dice = Dice(profile.seed)
    abnormal = dice.chance("abnormal", "mdtrt_id, feedetl_sn", f"2500 + 100 * {dice.pick('severity', 'fixmedins_code', 15)}")
    return lines.sparkSession.sql(f"""
        SELECT mdtrt_id, 'RP' || feedetl_sn AS rpotc_no, med_list_codg, CAST(fee_time AS DATE) AS exam_date,
            CAST(fee_time AS DATE) AS rpt_date,
               IF({abnormal}, 1, 0) AS exam_rslt_abn, batch_id
        FROM {{lines}} WHERE {ORDINARY} AND med_chrgitm_type IN ('03', '04')
    """, lines=lines)  # fmt: skip


def record_rows(visits: DataFrame) -> DataFrame:
    """record_d: a course record every second day of a stay, and a record of its operation."""
    return visits.sparkSession.sql("""
        WITH told AS (
            SELECT mdtrt_id, 'CR' || lpad(CAST(day AS STRING), 3, '0') AS rec_sn, 'course' AS rec_type,
                   begn_time + make_dt_interval(day, 1) AS rec_time, CAST(NULL AS INT) AS in_bed_flag, setl_time
            FROM {visits} LATERAL VIEW explode(sequence(0, greatest(stay_nights - 1, 0), 2)) AS day
            WHERE is_inpatient AND NOT is_planted
            UNION ALL
            SELECT mdtrt_id, 'NR' || lpad(CAST(day AS STRING), 3, '0'), 'nursing', begn_time + make_dt_interval(day, 3), 1,
                setl_time
            FROM {visits} LATERAL VIEW explode(sequence(0, greatest(stay_nights - 1, 0), 3)) AS day
            WHERE is_inpatient AND NOT is_planted
            UNION ALL
            SELECT mdtrt_id, 'OR001', 'operation', begn_time + INTERVAL '5' HOUR, NULL, setl_time
            FROM {visits} WHERE oprn_code IS NOT NULL AND NOT is_planted
        )
        SELECT mdtrt_id, rec_sn, rec_type, rec_time, in_bed_flag, date_format(setl_time, 'yyyy-MM') AS batch_id FROM told
    """, visits=visits)  # fmt: skip


def consent_rows(lines: DataFrame, needed: list[tuple[str, str, int]]) -> DataFrame:
    """consent_d: a signed consent for each level of a visit's part-pay and own-pay lines.

    ``needed``: (visit class, level, least amount of a line in 分) for which the rule base asks a consent.
    """
    asked = [
        f"visit_class = '{visit_class}' AND chrgitm_lv = '0{level}' AND amt >= {least}" for visit_class, level, least in needed
    ]
    return lines.sparkSession.sql(f"""
        SELECT mdtrt_id, 'CS' || chrgitm_lv AS consent_sn, chrgitm_lv, 1 AS sign_flag, min(begn_time) AS sign_time,
               date_format(min(setl_time), 'yyyy-MM') AS batch_id
        FROM {{lines}} WHERE {ORDINARY} AND ({" OR ".join(asked) or "is_inpatient AND chrgitm_lv = '03'"})
        GROUP BY mdtrt_id, chrgitm_lv
    """, lines=lines)  # fmt: skip


def onsite_rows(visits: DataFrame, profile: CountyProfile) -> DataFrame:
    """onsite_d: checks at the bedside of one stay in fifty, all in order."""
    dice = Dice(profile.seed)
    return visits.sparkSession.sql(f"""
        SELECT mdtrt_id, date_trunc('DAY', begn_time) + INTERVAL '34' HOUR AS chk_time, 1 AS in_bed_flag, 1 AS id_match_flag,
               '合成检查员' || {dice.pick("checker", "mdtrt_id", 9)} AS chker, date_format(setl_time, 'yyyy-MM') AS batch_id
        FROM {{visits}} WHERE visit_class = 'IPT' AND stay_nights >= 2 AND NOT is_planted
            AND {dice.chance("checked", "mdtrt_id", 200)}
    """, visits=visits)  # fmt: skip


def filing_rows(people: DataFrame, visits: DataFrame, profile: CountyProfile, diseases: list[str]) -> DataFrame:
    """filing_d: chronic diseases of their patients, an accident for each trauma stay, transfers of persons from elsewhere."""
    listed = ", ".join(f"'{disease}'" for disease in diseases)
    first = profile.batches[0]
    return people.sparkSession.sql(f"""
        SELECT 'FO' || person AS filing_id, psn_no, 'opsp' AS filing_type,
               element_at(array({listed}), 1 + CAST(pmod(person, {len(diseases)}) AS INT)) AS opsp_dise_code,
               DATE '2022-01-01' AS begndate, CAST(NULL AS DATE) AS enddate, CAST(NULL AS INT) AS chk_pay_flag,
                   '{first}' AS batch_id
        FROM {{people}} WHERE is_chronic
        UNION ALL
        SELECT 'FT' || person, psn_no, 'transfer', NULL, DATE '2022-01-01', NULL, NULL, '{first}' FROM {{people}}
            WHERE insu_admdvs <> '369900'
        UNION ALL
        SELECT 'FA' || substring(mdtrt_id, 2), psn_no, 'accident', NULL, CAST(begn_time AS DATE),
            date_add(CAST(end_time AS DATE), 30), 1,
               date_format(setl_time, 'yyyy-MM')
        FROM {{visits}} WHERE visit_class = 'TRAUMA' AND NOT is_planted
    """, people=people, visits=visits)  # fmt: skip
