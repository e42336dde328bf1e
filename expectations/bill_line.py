"""Net lines before they are published: what netting promises holds on every one."""

from __future__ import annotations

from expectations.check import FAIL, Check, Pass, Suite
from lake.tables import BILL_LINE

CHECKS = (
    Check("repeated", "同一明细出现两次", "费用会被重复计算", "twin.mdtrt_id IS NOT NULL", FAIL),
    Check("no_settlement", "净明细没有有效结算", "基金支付上限无所依据", "settlement.setl_id IS NULL", FAIL),
    Check("not_net", "净数量或净金额不为正", "已退完的费用不得再审", "this.net_cnt <= 0 OR this.net_amt <= 0", FAIL),
    Check("negative_scope", "符合范围净额为负", "追回金额会变成负数", "this.net_inscp < 0", FAIL),
    Check("other_month", "月份与结算不同", "疑点会落入错误的月份", "this.month <> settlement.month", FAIL),
    Check("negative_age", "年龄为负", "年龄类规则误判", "this.age_year < 0", FAIL),
    Check(
        "named",
        "人员编号不是假名",
        "发布内容中只能有带密钥的散列",
        "CASE WHEN {is_hashed} THEN length(this.psn_no) <> 64 END",
        FAIL,
    ),
    Check("scope_beyond", "符合范围净额大于净额", "部分不能大于整体", "this.net_inscp > this.net_amt + 5", share="sums"),
)

TWIN = "SELECT mdtrt_id, feedetl_sn FROM bill_line GROUP BY mdtrt_id, feedetl_sn HAVING count(*) > 1"

ROWS = """
    bill_line AS this
    LEFT JOIN bill_settlement AS settlement ON settlement.setl_id = this.setl_id
    LEFT JOIN line_twin AS twin ON twin.mdtrt_id = this.mdtrt_id AND twin.feedetl_sn = this.feedetl_sn
"""

SUITE = Suite(BILL_LINE.name, "账单明细", (Pass("净明细", ROWS, CHECKS, part="this.month", before=(("line_twin", TWIN),)),))
