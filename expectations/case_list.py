"""The case list before it is published: each case and each rank once, worth something."""

from __future__ import annotations

from expectations.check import FAIL, Check, Pass, Suite
from lake.tables import CASE_LIST

CHECKS = (
    Check("repeated", "案件重复", "同一案件会被派发两次", "twin.case_id IS NOT NULL", FAIL),
    Check("same_rank", "名次重复", "先后次序不确定，重跑会变", "place.rank IS NOT NULL", FAIL),
    Check("empty", "案件没有疑点", "没有疑点的案件不得派发", "coalesce(this.findings, 0) < 1", FAIL),
    Check(
        "negative",
        "金额为空或为负",
        "排序依赖预期追回金额",
        "coalesce(this.expected_amt, -1) < 0 OR coalesce(this.fund_amt, -1) < 0",
        FAIL,
    ),
    Check("no_reasons", "案件没有理由", "稽核人员无从下手", "this.reasons IS NULL OR this.reasons = ''", FAIL),
    Check("fund_beyond", "基金金额大于违规金额", "部分不能大于整体", "this.fund_amt > this.vola_amt", share="sums"),
)

TWIN = "SELECT month, case_id FROM case_list GROUP BY month, case_id HAVING count(*) > 1"

SAME_PLACE = "SELECT month, rank FROM case_list GROUP BY month, rank HAVING count(*) > 1"

ROWS = """
    case_list AS this
    LEFT JOIN case_twin AS twin ON twin.month = this.month AND twin.case_id = this.case_id
    LEFT JOIN same_place AS place ON place.month = this.month AND place.rank = this.rank
"""

SUITE = Suite(
    table=CASE_LIST.name,
    title="案件",
    passes=(Pass("案件", ROWS, CHECKS, part="this.month", before=(("case_twin", TWIN), ("same_place", SAME_PLACE))),),
)
