"""Settlements: who pays what, what their lines sum up to, times, refunds, and whom they name."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import in_future, no_number_of, not_one_of, out_of_date, reversed_days, unknown_in
from expectations.settlement_sums import IDENTITIES, SETTLEMENT_LINES
from expectations.volume import VOLUME_PASSES
from lake.tables import SETL_D

REFERENCES = (
    Check(
        id="no_lines",
        name="结算没有明细",
        reason="同批送了明细而此结算一条也没有，多为明细漏传",
        # Lines may come in a later batch: asked only where this batch brings lines.
        fault="CASE WHEN brought.batch_id IS NOT NULL THEN lines.setl_id IS NULL END",
        share="references",
    ),
    Check(
        id="other_person",
        name="结算与就诊人员不同",
        reason="人员错挂使性别、年龄、频次类规则误判",
        fault="this.psn_no <> visit.psn_no",
        share="references",
    ),
    Check(
        id="unknown_person",
        name="参保人员未登记",
        reason="人员表缺人，死亡、参保状态无从核对",
        fault=unknown_in("psn_d", "person", "psn_no", "psn_no"),
        share="codes",
    ),
    Check(
        id="other_sex",
        name="性别与人员表不同",
        reason="性别错列会使限性别规则成片误判",
        fault="CASE WHEN this.gend IN ('1', '2') AND person.gend IN ('1', '2') THEN this.gend <> person.gend END",
        share="references",
    ),
    Check(
        id="other_birth",
        name="出生日期与人员表不同",
        reason="出生日期错位会使年龄类规则成片误判",
        fault="this.brdy <> person.brdy",
        share="references",
    ),
    Check(
        id="same_content",
        name="同一内容以不同结算号重复",
        reason="整批换号重传会使费用、频次全部翻倍",
        fault="twin.psn_no IS NOT NULL",
        share="duplicates",
    ),
)

TIMES = (
    Check(
        id="period",
        name="结算期间止日早于起日",
        reason="起止日错列",
        fault=reversed_days("begndate", "enddate"),
        share="times",
    ),
    Check(
        id="before_discharge",
        name="结算日早于出院日",
        reason="先结算后出院只应是少数中途结算",
        fault="CAST(this.setl_time AS DATE) < CAST(visit.endtime AS DATE)",
        share="times",
    ),
    Check(
        id="future",
        name="结算时间晚于业务日期",
        reason="尚未发生的结算不能审核",
        fault=in_future("setl_time"),
        share="times",
    ),
    Check(
        id="born_after",
        name="出生日期晚于结算止日",
        reason="年龄为负的结算不能按年龄审核",
        fault="this.brdy > this.enddate",
        share="times",
    ),
)

REFUNDS = (
    Check(
        id="no_original",
        name="冲销结算没有原结算",
        reason="找不到原结算则原费用仍会被审核一次",
        fault="CASE WHEN this.refd_setl_flag = 1 THEN original.setl_id IS NULL END",
        share="refunds",
    ),
    Check(
        id="refund_beyond",
        name="冲销结算金额超过原结算",
        reason="冲销额大于原额，多为金额移位或冲错结算",
        fault="CASE WHEN this.refd_setl_flag = 1 THEN abs(this.medfee_sumamt) > abs(original.medfee_sumamt) + {tolerance} END",
        share="refunds",
    ),
)

CODES = (
    Check(
        id="unknown_institution",
        name="定点机构未登记",
        reason="机构编码截断或丢零时，机构级别、同类比较全部失真",
        fault=unknown_in("fixmedins_d", "institution", "fixmedins_code", "fixmedins_code"),
        share="codes",
    ),
    Check(
        id="institution_out_of_date",
        name="结算日不在机构协议期内",
        reason="协议期外的结算提示机构表版本用错",
        fault=out_of_date("institution", "fixmedins_code", "this.setl_time"),
        share="codes",
    ),
    Check(
        id="other_level",
        name="医院等级与机构表不同",
        reason="等级错列会使限级别规则成片误判",
        fault="try_cast(this.hosp_lv AS INT) <> try_cast(institution.hosp_lv AS INT)",
        share="codes",
    ),
)

DOMAINS = (
    Check(
        "gend", "性别超出值域", "地区代码未映射时，限性别规则整体失效", not_one_of("gend", ("0", "1", "2", "9")), share="domains"
    ),
    Check(
        "hosp_lv",
        "医院等级超出值域",
        "等级不在地区参数中即为未知，限级别规则不再判断",
        no_number_of("hosp_lv", "{levels}"),
        share="domains",
    ),
    Check(
        "med_type",
        "医疗类别不在地区参数中",
        "就诊类别未知则大半规则不再判断",
        "this.med_type IS NOT NULL AND {visit_class} IS NULL",
        share="domains",
    ),
    Check("pay_loc", "支付地点超出值域", "地区代码未映射", no_number_of("pay_loc", "1, 2, 3, 4, 5"), share="domains"),
    Check(
        "hi_paymtd",
        "支付方式超出值域",
        "按病组付费识别错误会改变拒付清单",
        no_number_of("hi_paymtd", "1, 2, 3, 4, 5, 6"),
        share="domains",
    ),
    Check(
        "vali_flag",
        "有效标志超出值域",
        "地区代码未映射时，无效结算会被当作有效",
        not_one_of("vali_flag", (0, 1)),
        share="domains",
    ),
)

# What several settlements of a person have in common to the second and the cent.
SETTLED_TWICE = """
SELECT psn_no, fixmedins_code, setl_time, medfee_sumamt, fund_pay_sumamt
FROM setl_d
WHERE coalesce(vali_flag, 1) <> 0 AND psn_no IN (SELECT psn_no FROM new_setl_d)
GROUP BY psn_no, fixmedins_code, setl_time, medfee_sumamt, fund_pay_sumamt
HAVING count(*) > 1
"""

ROWS = """
    new_setl_d AS this
    LEFT JOIN mdtrt_d AS visit ON visit.mdtrt_id = this.mdtrt_id
    LEFT JOIN psn_d AS person ON person.psn_no = this.psn_no
    LEFT JOIN fixmedins_d AS institution ON institution.fixmedins_code = this.fixmedins_code
    LEFT JOIN setl_d AS original ON original.setl_id = this.init_setl_id
    LEFT JOIN settlement_lines AS lines ON lines.setl_id = this.setl_id
    LEFT JOIN line_batch AS brought ON brought.batch_id = this.batch_id
    LEFT JOIN settled_twice AS twin ON twin.psn_no = this.psn_no AND twin.fixmedins_code = this.fixmedins_code
        AND twin.setl_time = this.setl_time AND twin.medfee_sumamt = this.medfee_sumamt
        AND twin.fund_pay_sumamt = this.fund_pay_sumamt
"""

# One row for each person of a new settlement, with the sexes that any settlement of that person states.
SETTLED_PERSON = """
WITH newcomer AS (
    SELECT psn_no, max(batch_id) AS batch_id FROM new_setl_d WHERE psn_no IS NOT NULL GROUP BY psn_no
)
SELECT newcomer.batch_id, newcomer.psn_no, min(setl_d.gend) AS least_gend, max(setl_d.gend) AS greatest_gend
FROM newcomer
JOIN setl_d ON setl_d.psn_no = newcomer.psn_no AND setl_d.gend IN ('1', '2')
GROUP BY newcomer.batch_id, newcomer.psn_no
"""

SUITE = Suite(
    table=SETL_D.name,
    title="结算",
    passes=(
        Pass(
            of="结算",
            rows=ROWS,
            checks=(*declared(SETL_D), *IDENTITIES, *REFERENCES, *TIMES, *REFUNDS, *CODES, *DOMAINS),
            before=(
                ("settlement_lines", SETTLEMENT_LINES),
                ("settled_twice", SETTLED_TWICE),
                ("line_batch", "SELECT DISTINCT batch_id FROM new_fee_list_d"),
            ),
        ),
        Pass(
            of="人员",
            rows="settled_person AS this",
            checks=(
                Check(
                    id="two_sexes",
                    name="同一人历次结算性别不一致",
                    reason="性别列颠倒时，没有人员表也能由历史看出",
                    fault="this.least_gend <> this.greatest_gend",
                    share="references",
                ),
            ),
            before=(("settled_person", SETTLED_PERSON),),
        ),
        *VOLUME_PASSES,
    ),
)
