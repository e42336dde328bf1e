"""Fee lines: amounts, codes on their day, times within the visit, refunds."""

from __future__ import annotations

from expectations.check import QUARANTINE, Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import apart, in_future, no_number_of, not_one_of, out_of_date, outside_visit, unknown_in
from lake.tables import FEE_LIST_D

IDENTITIES = (
    Check(
        id="product",
        name="明细金额≠单价×数量",
        reason="小数点移位、数量与单价错列时，此等式最先不成立",
        fault=apart("this.cnt * this.pric", "this.det_item_fee_sumamt"),
        share="sums",
    ),
    Check(
        id="parts",
        name="明细金额≠全自费+超限价+先行自付+符合范围",
        reason="基金应付额由符合范围金额推算，分项不平则拒付额不可信",
        # A site that sends no parts leaves them at 0.00: nothing can be asked then.
        fault="CASE WHEN this.fulamt_ownpay_amt <> 0 OR this.overlmt_amt <> 0 OR this.preselfpay_amt <> 0 "
        "OR this.inscp_scp_amt = this.det_item_fee_sumamt THEN "
        + apart(
            "this.det_item_fee_sumamt",
            "this.fulamt_ownpay_amt + this.overlmt_amt + this.preselfpay_amt + this.inscp_scp_amt",
        )
        + " END",
        share="sums",
    ),
    Check(
        id="scope_beyond",
        name="符合范围金额大于明细金额",
        reason="部分不能大于整体",
        fault="abs(this.inscp_scp_amt) > abs(this.det_item_fee_sumamt) + {tolerance}",
        share="sums",
    ),
    Check(
        id="negative",
        name="非冲销明细金额为负",
        reason="负金额必须指明所冲销的明细，否则无从轧差",
        fault="this.cnt >= 0 AND this.init_feedetl_sn IS NULL AND (this.det_item_fee_sumamt < 0 OR this.inscp_scp_amt < 0)",
        consequence=QUARANTINE,
        share="sums",
    ),
)

REFERENCES = (
    Check(
        id="other_person",
        name="明细与就诊人员不同",
        reason="错挂他人就诊的费用会使性别、年龄类规则误判",
        fault="this.psn_no <> visit.psn_no",
        share="references",
    ),
    Check(
        id="other_institution",
        name="明细与就诊机构不同",
        reason="机构不一致则费用归属不明",
        fault="this.fixmedins_code <> visit.fixmedins_code",
        share="references",
    ),
    Check(
        id="other_visit",
        name="明细的结算属于另一次就诊",
        reason="就诊与结算错配时，基金支付比例取错",
        fault="settlement.mdtrt_id <> this.mdtrt_id",
        share="references",
    ),
)

TIMES = (
    Check(
        id="outside_visit",
        name="费用时间在就诊起止日之外",
        reason="日期整体错位时，按日限量、按日计费类规则全部失真",
        fault=outside_visit("fee_ocur_time"),
        share="times",
    ),
    Check(
        id="future",
        name="费用时间晚于业务日期",
        reason="尚未发生的费用不能结算",
        fault=in_future("fee_ocur_time"),
        share="times",
    ),
)

CODES = (
    Check(
        id="unknown_item",
        name="医保目录编码不在目录中",
        reason="编码丢失前导零或被截断时，规则找不到对象，漏查不会被看见",
        fault=unknown_in("catalog_d", "item", "med_list_codg", "med_list_codg"),
        share="codes",
    ),
    Check(
        id="item_out_of_date",
        name="医保目录编码在费用日无效",
        reason="停用或未启用的编码提示目录版本用错",
        fault=out_of_date("item", "med_list_codg", "this.fee_ocur_time"),
        share="codes",
    ),
    Check(
        id="unmapped_item",
        name="院内编码没有对照",
        reason="院内目录未对照的项目，医嘱与收费无法核对",
        fault="CASE WHEN mapping.fixmedins_code IS NOT NULL AND this.medins_list_codg IS NOT NULL "
        "THEN mapped.medins_list_codg IS NULL END",
        share="codes",
    ),
    Check(
        id="unknown_doctor",
        name="开单医师未登记",
        reason="医师不明的费用不能按医师核查",
        fault=unknown_in("prac_psn_d", "doctor", "prac_psn_code", "bilg_dr_codg"),
        share="codes",
    ),
    Check(
        id="doctor_out_of_date",
        name="开单医师在费用日无资格",
        reason="资格起止日之外开单，多为医师表版本用错",
        fault=out_of_date("doctor", "prac_psn_code", "this.fee_ocur_time"),
        share="codes",
    ),
)

DOMAINS = (
    Check(
        id="list_type",
        name="目录类别超出值域",
        reason="类别错列时，药品、耗材类规则选错对象",
        fault=not_one_of("list_type", ("101", "102", "103", "201", "301")),
        share="domains",
    ),
    Check(
        id="chrgitm_lv",
        name="收费等级超出值域",
        reason="甲乙丙类错列会改变自付判断",
        fault=no_number_of("chrgitm_lv", "1, 2, 3"),
        share="domains",
    ),
    Check(
        id="vali_flag",
        name="有效标志超出值域",
        reason="地区代码未映射时，无效明细会被当作有效",
        fault=not_one_of("vali_flag", (0, 1)),
        share="domains",
    ),
)

ROWS = """
    new_fee_list_d AS this
    LEFT JOIN mdtrt_d AS visit ON visit.mdtrt_id = this.mdtrt_id
    LEFT JOIN setl_d AS settlement ON settlement.setl_id = this.setl_id
    LEFT JOIN catalog_d AS item ON item.med_list_codg = this.med_list_codg
    LEFT JOIN prac_psn_d AS doctor ON doctor.prac_psn_code = this.bilg_dr_codg
    LEFT JOIN mapping_institution AS mapping ON mapping.fixmedins_code = this.fixmedins_code
    LEFT JOIN medins_map_d AS mapped ON mapped.fixmedins_code = this.fixmedins_code
        AND mapped.medins_list_codg = this.medins_list_codg
        AND coalesce(mapped.begndate, CAST(this.fee_ocur_time AS DATE)) <= CAST(this.fee_ocur_time AS DATE)
        AND coalesce(mapped.enddate, CAST(this.fee_ocur_time AS DATE)) >= CAST(this.fee_ocur_time AS DATE)
"""

# Institutions that sent a map of their catalogue: only of them a missing entry tells anything.
MAPPING_INSTITUTION = "SELECT DISTINCT fixmedins_code FROM medins_map_d"

# One row for each line that new refunds name, with all that is given back of it by now.
GIVEN_BACK = """
WITH named AS (
    SELECT mdtrt_id, init_feedetl_sn AS feedetl_sn, max(batch_id) AS batch_id
    FROM new_fee_list_d
    WHERE init_feedetl_sn IS NOT NULL AND coalesce(vali_flag, 1) <> 0
    GROUP BY mdtrt_id, init_feedetl_sn
)
SELECT named.batch_id, named.mdtrt_id, named.feedetl_sn, sum(abs(refund.cnt)) AS cnt,
    sum(abs(refund.det_item_fee_sumamt)) AS amt
FROM named
JOIN fee_list_d AS refund ON refund.mdtrt_id = named.mdtrt_id AND refund.init_feedetl_sn = named.feedetl_sn
WHERE coalesce(refund.vali_flag, 1) <> 0
GROUP BY named.batch_id, named.mdtrt_id, named.feedetl_sn
"""

REFUNDS = (
    Check(
        id="refund_count",
        name="冲销数量超过原明细",
        reason="退得比收得多，轧差后原费用被错误抹去",
        fault="this.cnt > original.cnt",
        share="refunds",
    ),
    Check(
        id="refund_amount",
        name="冲销金额超过原明细",
        reason="退得比收得多，轧差后原费用被错误抹去",
        fault="this.amt > original.det_item_fee_sumamt + {tolerance}",
        share="refunds",
    ),
)

SUITE = Suite(
    table=FEE_LIST_D.name,
    title="费用明细",
    passes=(
        Pass(
            of="明细",
            rows=ROWS,
            checks=(*declared(FEE_LIST_D), *IDENTITIES, *REFERENCES, *TIMES, *CODES, *DOMAINS),
            before=(("mapping_institution", MAPPING_INSTITUTION),),
        ),
        Pass(
            of="被冲销的明细",
            rows="given_back AS this JOIN fee_list_d AS original ON original.mdtrt_id = this.mdtrt_id "
            "AND original.feedetl_sn = this.feedetl_sn",
            checks=REFUNDS,
            before=(("given_back", GIVEN_BACK),),
        ),
    ),
)
