"""Visits: times, classes, and the one main diagnosis of a stay."""

from __future__ import annotations

from expectations.check import QUARANTINE, Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import in_future, no_number_of, not_one_of, out_of_date, unknown_in
from lake.tables import MDTRT_D

CHECKS = (
    Check(
        id="ended_first",
        name="出院早于入院",
        reason="住院日数为负，床位、护理、按日计费类规则都无法成立",
        fault="this.endtime < this.begntime",
        consequence=QUARANTINE,
        share="times",
    ),
    Check(
        id="future",
        name="就诊结束晚于业务日期",
        reason="尚未结束的就诊不能审核",
        fault=in_future("endtime"),
        share="times",
    ),
    Check(
        id="med_type",
        name="医疗类别不在地区参数中",
        reason="就诊类别未知则大半规则不再判断",
        fault="this.med_type IS NOT NULL AND {visit_class} IS NULL",
        share="domains",
    ),
    Check("dscg_way", "离院方式超出值域", "死亡出院识别错误", no_number_of("dscg_way", "1, 2, 3, 4, 5, 9"), share="domains"),
    Check("matn_stas", "生育状态超出值域", "孕期禁忌类规则依赖它", no_number_of("matn_stas", "0, 1, 2, 3, 4"), share="domains"),
    Check(
        "vali_flag",
        "有效标志超出值域",
        "地区代码未映射时，无效就诊会被当作有效",
        not_one_of("vali_flag", (0, 1)),
        share="domains",
    ),
    Check(
        id="unknown_person",
        name="参保人员未登记",
        reason="人员表缺人，死亡、参保状态无从核对",
        fault=unknown_in("psn_d", "person", "psn_no", "psn_no"),
        share="codes",
    ),
    Check(
        id="unknown_institution",
        name="定点机构未登记",
        reason="机构编码截断或丢零时，机构级别、同类比较全部失真",
        fault=unknown_in("fixmedins_d", "institution", "fixmedins_code", "fixmedins_code"),
        share="codes",
    ),
    Check(
        id="unknown_doctor",
        name="主诊医师未登记",
        reason="医师不明的就诊不能按医师核查",
        fault=unknown_in("prac_psn_d", "doctor", "prac_psn_code", "chfpdr_code"),
        share="codes",
    ),
    Check(
        id="doctor_out_of_date",
        name="主诊医师在就诊日无资格",
        reason="资格起止日之外接诊，多为医师表版本用错",
        fault=out_of_date("doctor", "prac_psn_code", "this.begntime"),
        share="codes",
    ),
    Check(
        id="same_content",
        name="同一内容以不同就诊号重复",
        reason="整批换号重传会使就诊频次翻倍",
        fault="twin.psn_no IS NOT NULL",
        share="duplicates",
    ),
    Check(
        id="certno_in_text",
        name="主诉中形似身份证号",
        reason="自由文本可能夹带身份信息",
        fault="contains(translate(this.main_cond_dscr, '0123456789', '9999999999'), '99999999999999999')",
    ),
)

# What several visits of a person have in common to the second.
VISITED_TWICE = """
SELECT psn_no, fixmedins_code, med_type, begntime, endtime
FROM mdtrt_d
WHERE coalesce(vali_flag, 1) <> 0 AND psn_no IN (SELECT psn_no FROM new_mdtrt_d)
GROUP BY psn_no, fixmedins_code, med_type, begntime, endtime
HAVING count(*) > 1
"""

ROWS = """
    new_mdtrt_d AS this
    LEFT JOIN psn_d AS person ON person.psn_no = this.psn_no
    LEFT JOIN fixmedins_d AS institution ON institution.fixmedins_code = this.fixmedins_code
    LEFT JOIN prac_psn_d AS doctor ON doctor.prac_psn_code = this.chfpdr_code
    LEFT JOIN visited_twice AS twin ON twin.psn_no = this.psn_no AND twin.fixmedins_code = this.fixmedins_code
        AND twin.med_type = this.med_type AND twin.begntime = this.begntime AND twin.endtime = this.endtime
"""

# One row for each new inpatient visit with its main diagnoses: those at discharge if it has any, else all; western codes if
# there are any, else 中医 codes (two or more dots).
STAY_DIAGNOSIS = """
WITH diagnosis AS (
    SELECT mdtrt_id, maindiag_flag = 1 AS is_main, inout_diag_type = '2' AS is_discharge,
        length(diag_code) - length(replace(diag_code, '.', '')) < 2 AS is_western
    FROM diag_d
    WHERE coalesce(vali_flag, 1) <> 0 AND mdtrt_id IN (SELECT mdtrt_id FROM new_mdtrt_d)
),
counted AS (
    SELECT mdtrt_id,
        count(CASE WHEN is_main AND is_western AND is_discharge THEN 1 END) AS western_out,
        count(CASE WHEN is_main AND is_western THEN 1 END) AS western,
        count(CASE WHEN is_main AND is_discharge THEN 1 END) AS any_out,
        count(CASE WHEN is_main THEN 1 END) AS any_main
    FROM diagnosis
    GROUP BY mdtrt_id
)
SELECT this.batch_id, this.mdtrt_id, brought.batch_id IS NOT NULL AS is_asked, counted.mdtrt_id IS NOT NULL AS has_any,
    CASE WHEN counted.western_out > 0 THEN counted.western_out WHEN counted.western > 0 THEN counted.western
        WHEN counted.any_out > 0 THEN counted.any_out ELSE counted.any_main END AS mains
FROM new_mdtrt_d AS this
LEFT JOIN counted ON counted.mdtrt_id = this.mdtrt_id
LEFT JOIN diagnosis_batch AS brought ON brought.batch_id = this.batch_id
WHERE coalesce(this.vali_flag, 1) <> 0 AND {is_inpatient}
"""

STAYS = (
    Check(
        id="no_diagnosis",
        name="住院没有诊断",
        reason="同批送了诊断而此次住院一条也没有，多为诊断漏传",
        # Diagnoses may come in a later batch: asked only where this batch brings some.
        fault="CASE WHEN this.is_asked THEN NOT this.has_any END",
        share="main_diagnosis",
    ),
    Check(
        id="main_diagnosis",
        name="住院主要诊断不是恰好一个",
        reason="主要诊断缺失或多个时，限适应症与分解住院规则无所依据",
        fault="this.mains <> 1",
        share="main_diagnosis",
    ),
)

SUITE = Suite(
    table=MDTRT_D.name,
    title="就诊",
    passes=(
        Pass(
            of="就诊",
            rows=ROWS,
            checks=(*declared(MDTRT_D), *CHECKS),
            before=(("visited_twice", VISITED_TWICE),),
        ),
        Pass(
            of="住院",
            rows="stay_diagnosis AS this",
            checks=STAYS,
            before=(
                ("diagnosis_batch", "SELECT DISTINCT batch_id FROM new_diag_d"),
                ("stay_diagnosis", STAY_DIAGNOSIS),
            ),
        ),
    ),
)
