"""Maps of hospitals' catalogues: onto known codes, days in order."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import reversed_days, unknown_in
from lake.tables import MEDINS_MAP_D

CHECKS = (
    Check(
        id="unknown_item",
        name="对照到目录中没有的编码",
        reason="对照错误的项目，医嘱与收费核对会误判",
        fault=unknown_in("catalog_d", "item", "med_list_codg", "med_list_codg"),
        share="codes",
    ),
    Check("period", "对照止日早于起日", "起止日错列", reversed_days("begndate", "enddate"), share="times"),
)

ROWS = "new_medins_map_d AS this LEFT JOIN catalog_d AS item ON item.med_list_codg = this.med_list_codg"

SUITE = Suite(MEDINS_MAP_D.name, "院内目录对照", (Pass("对照", ROWS, (*declared(MEDINS_MAP_D), *CHECKS)),))
