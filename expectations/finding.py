"""Findings before they are published: each once, with its lines, its words and amounts that fit together."""

from __future__ import annotations

from expectations.check import FAIL, Check, Pass, Suite
from lake.tables import FINDING

CHECKS = (
    Check("repeated", "疑点编号重复", "同一疑点会被稽核两次", "twin.jr_id IS NOT NULL", FAIL),
    Check("jr_id", "疑点编号不是散列", "编号须由证据推出，否则无法复现", "length(this.jr_id) <> 64", FAIL),
    Check("no_lines", "疑点没有明细", "没有依据的疑点不得交付", "detail.jr_id IS NULL", FAIL),
    Check(
        "no_words",
        "疑点没有说明或证据",
        "稽核人员无从核对",
        "this.vola_cont IS NULL OR this.vola_cont = '' OR this.vola_evid IS NULL",
        FAIL,
    ),
    Check("sev_deg", "严重程度超出值域", "排序与拒付依赖它", "coalesce(this.sev_deg, 0) NOT IN (1, 2, 3)", FAIL),
    Check(
        "amounts_missing",
        "金额为空",
        "空金额会被当作零",
        "this.vola_amt IS NULL OR this.vola_inscp_amt IS NULL OR this.fund_amt IS NULL",
        FAIL,
    ),
    Check("negative", "金额为负", "追回金额不会为负", "this.vola_amt < 0 OR this.vola_inscp_amt < 0 OR this.fund_amt < 0", FAIL),
    Check(
        "other_sum",
        "金额不等于明细合计",
        "总额与明细对不上的疑点不可信",
        "this.vola_amt <> detail.vola_amt OR this.fund_amt <> detail.fund_amt",
        FAIL,
    ),
    Check("fund_beyond", "基金金额大于违规金额", "部分不能大于整体", "this.fund_amt > this.vola_amt", share="sums"),
)

TWIN = "SELECT jr_id FROM finding GROUP BY jr_id HAVING count(*) > 1"

DETAIL = "SELECT jr_id, sum(vola_amt) AS vola_amt, sum(fund_amt) AS fund_amt FROM finding_detl GROUP BY jr_id"

ROWS = """
    finding AS this
    LEFT JOIN finding_twin AS twin ON twin.jr_id = this.jr_id
    LEFT JOIN finding_detail AS detail ON detail.jr_id = this.jr_id
"""

SUITE = Suite(
    table=FINDING.name,
    title="疑点",
    passes=(Pass("疑点", ROWS, CHECKS, part="this.found_for", before=(("finding_twin", TWIN), ("finding_detail", DETAIL))),),
)
