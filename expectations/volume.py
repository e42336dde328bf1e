"""How much an institution settles, beside its own history: by institution, by its days, by days of the whole area.

Days are compared with the same weekdays of ``gate.volume.weeks`` weeks before the batch, and only for institutions that have
so long a history; counts are of all settlements in force, so a batch of late bills is no sudden drop.
"""

from __future__ import annotations

from expectations.check import Check, Pass
from expectations.volume_relations import AREA_DAY, AREA_VOLUME, BEFORE

# Of fewer than these, chance alone may make a third more or less, or none.
ENOUGH = "this.usual >= {least} * {weeks}"
ENOUGH_FOR_NONE = "this.usual >= {least_for_none} * {weeks}"
OUT_OF_BAND = "abs(this.settled * {weeks} - this.usual) > {band} * this.usual"
# Beside nobody else only what no season does is out of step: three times as much, or a third.
OUT_OF_STEP = (
    "CASE WHEN this.others_usual = 0 THEN this.settled * {weeks} > this.usual * 3 OR this.settled * {weeks} * 3 < this.usual "
    "ELSE abs(this.settled * this.others_usual - this.usual * this.others_settled) > {band} * this.usual * this.others_settled "
    "END"
)

VOLUME_PASSES = (
    Pass(
        of="机构",
        rows="institution_volume AS this",
        checks=(
            Check(
                id="volume",
                name="机构结算量偏离自身历史",
                reason="多传或漏传时，机构画像与同类比较失真；与全区同升同降的，属季节或节假日",
                fault=f"CASE WHEN {ENOUGH} THEN {OUT_OF_BAND} AND {OUT_OF_STEP} END",
                share="volume",
                any_size=True,
            ),
            Check(
                id="absent",
                name="机构整体缺失",
                reason="历来有量的机构一条也没有，多为未上传",
                fault=f"CASE WHEN {ENOUGH_FOR_NONE} THEN this.settled = 0 END",
                share="absent",
                any_size=True,
            ),
            Check(
                id="one_upload",
                name="机构结算集中于一天",
                reason="多日费用一次补传，按日审核失真",
                fault=f"CASE WHEN {ENOUGH} AND this.days >= 7 AND this.settled > 0 THEN this.busiest * 10 > this.settled * 8 END",
                share="volume",
                any_size=True,
            ),
        ),
        before=BEFORE,
    ),
    Pass(
        of="全区",
        rows="area_volume AS this",
        checks=(
            Check(
                id="area_volume",
                name="全区结算量偏离历史",
                reason="多为整批漏传或重传；季节与长假也会如此，须人判断",
                fault=f"CASE WHEN {ENOUGH} THEN {OUT_OF_BAND} END",
            ),
        ),
        before=(("area_volume", AREA_VOLUME),),
    ),
    Pass(
        of="机构日",
        rows="institution_day AS this",
        checks=(
            Check(
                id="missing_day",
                name="机构某日缺失",
                reason="历来有量的日子一条也没有，多为漏传一日",
                # Who is asked alone may have closed for a day: then the check of the whole area's days is asked instead.
                fault=f"CASE WHEN NOT this.is_alone AND {ENOUGH_FOR_NONE} THEN this.settled = 0 END",
                share="missing_days",
                any_size=True,
            ),
        ),
    ),
    Pass(
        of="全区日",
        rows="area_day AS this",
        checks=(
            Check(
                id="missing_area_day",
                name="全区某日几乎无结算",
                reason="不足平日一成，节假日亦不至此，多为整日漏传",
                fault=f"CASE WHEN {ENOUGH} THEN this.settled * {{weeks}} * 10 < this.usual END",
                share="absent",
                any_size=True,
            ),
        ),
        before=(("area_day", AREA_DAY),),
    ),
)
