"""Monthly stock: counts that can be."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import unknown_in
from lake.tables import INVENTORY_D

CHECKS = (
    Check(
        id="ym",
        name="月份写法不是 YYYY-MM",
        reason="月份不识别则进销存无法核对",
        fault="length(this.ym) <> 7 OR substr(this.ym, 5, 1) <> '-'",
        share="domains",
    ),
    Check(
        id="negative",
        name="数量为负",
        reason="库存与采购不会为负，多为列错位",
        fault="this.open_cnt < 0 OR this.buy_cnt < 0 OR this.return_cnt < 0 OR this.close_cnt < 0",
        share="sums",
    ),
    Check(
        id="more_than_there_was",
        name="期末库存多于期初加购入",
        reason="进销存不平时，串换与虚开规则误判",
        fault="this.close_cnt > this.open_cnt + this.buy_cnt",
        share="sums",
    ),
    Check(
        id="unknown_institution",
        name="定点机构未登记",
        reason="机构编码截断或丢零",
        fault=unknown_in("fixmedins_d", "institution", "fixmedins_code", "fixmedins_code"),
        share="codes",
    ),
)

ROWS = """
    new_inventory_d AS this
    LEFT JOIN fixmedins_d AS institution ON institution.fixmedins_code = this.fixmedins_code
"""

SUITE = Suite(INVENTORY_D.name, "进销存", (Pass("库存", ROWS, (*declared(INVENTORY_D), *CHECKS)),))
