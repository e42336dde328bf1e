"""How much an institution settles, beside its own history: by institution, by its days, by days of the whole area.

Days are compared with the same weekdays of ``gate.volume.weeks`` weeks before the batch, and only for institutions that have
so long a history; counts are of all settlements in force, so a batch of late bills is no sudden drop.
"""

from __future__ import annotations

from expectations.check import Check, Pass

# Settlements of each institution and day, whichever batch brought them.
SETTLED_DAY = """
SELECT fixmedins_code, CAST(setl_time AS DATE) AS day, count(*) AS settled
FROM setl_d
WHERE coalesce(vali_flag, 1) <> 0 AND setl_time IS NOT NULL AND fixmedins_code IS NOT NULL
GROUP BY fixmedins_code, CAST(setl_time AS DATE)
"""

# The days that a batch is about: from the first to the last with at least a tenth of its busiest day. A few late bills do not
# stretch them. Days without any settlement just before it are its own: a day that never came shows when the next one does. A gap
# of a week or more is another batch that is still to come.
BATCH_SPAN = """
WITH batch_day AS (
    SELECT batch_id, CAST(setl_time AS DATE) AS day, count(*) AS settled
    FROM new_setl_d
    WHERE setl_time IS NOT NULL
    GROUP BY batch_id, CAST(setl_time AS DATE)
),
busiest AS (
    SELECT batch_id, max(settled) AS settled FROM batch_day GROUP BY batch_id
),
own AS (
    SELECT batch_day.batch_id, min(batch_day.day) AS first_day, max(batch_day.day) AS last_day
    FROM batch_day
    JOIN busiest ON busiest.batch_id = batch_day.batch_id
    WHERE batch_day.settled * 10 >= busiest.settled
    GROUP BY batch_day.batch_id
),
eve AS (
    SELECT own.batch_id, max(settled_day.day) AS day
    FROM own
    JOIN settled_day ON settled_day.day < own.first_day
    GROUP BY own.batch_id
)
SELECT own.batch_id, own.last_day,
    CASE WHEN datediff(own.first_day, eve.day) BETWEEN 2 AND 7 THEN CAST(date_add(eve.day, 1) AS DATE) ELSE own.first_day END
        AS first_day
FROM own
LEFT JOIN eve ON eve.batch_id = own.batch_id
"""

# All days of the span; weekday: days since a Monday, modulo seven.
COVERED_DAY = """
WITH numbered AS (
    SELECT batch_id, first_day, explode(sequence(0, datediff(last_day, first_day))) AS place FROM batch_span
)
SELECT batch_id, CAST(date_add(first_day, CAST(place AS INT)) AS DATE) AS day,
    datediff(CAST(date_add(first_day, CAST(place AS INT)) AS DATE), DATE '1900-01-01') % 7 AS weekday
FROM numbered
"""

# What an institution settled on a weekday in all the weeks of the history together; left out are those whose history is shorter.
USUAL = """
WITH veteran AS (
    SELECT batch_span.batch_id, settled_day.fixmedins_code, batch_span.first_day
    FROM batch_span
    CROSS JOIN settled_day
    GROUP BY batch_span.batch_id, settled_day.fixmedins_code, batch_span.first_day
    HAVING datediff(batch_span.first_day, min(settled_day.day)) >= 7 * {weeks}
)
SELECT veteran.batch_id, veteran.fixmedins_code, datediff(settled_day.day, DATE '1900-01-01') % 7 AS weekday,
    sum(settled_day.settled) AS usual
FROM veteran
JOIN settled_day ON settled_day.fixmedins_code = veteran.fixmedins_code
WHERE settled_day.day < veteran.first_day AND datediff(veteran.first_day, settled_day.day) <= 7 * {weeks}
GROUP BY veteran.batch_id, veteran.fixmedins_code, datediff(settled_day.day, DATE '1900-01-01') % 7
"""

# One row for each institution with a history and covered day: settled then, and usually (in all weeks together).
INSTITUTION_DAY = """
SELECT covered_day.batch_id, usual.fixmedins_code, covered_day.day, usual.usual, coalesce(settled_day.settled, 0) AS settled
FROM covered_day
JOIN usual ON usual.batch_id = covered_day.batch_id AND usual.weekday = covered_day.weekday
LEFT JOIN settled_day ON settled_day.fixmedins_code = usual.fixmedins_code AND settled_day.day = covered_day.day
"""

# Each institution beside all others together: a season or a holiday moves them alike.
INSTITUTION_VOLUME = """
WITH own AS (
    SELECT batch_id, fixmedins_code, count(*) AS days, sum(usual) AS usual, sum(settled) AS settled, max(settled) AS busiest
    FROM institution_day
    GROUP BY batch_id, fixmedins_code
)
SELECT batch_id, fixmedins_code, days, usual, settled, busiest,
    sum(usual) OVER (PARTITION BY batch_id) - usual AS others_usual,
    sum(settled) OVER (PARTITION BY batch_id) - settled AS others_settled
FROM own
"""

AREA_VOLUME = """
SELECT batch_id, sum(usual) AS usual, sum(settled) AS settled FROM institution_volume GROUP BY batch_id
"""

AREA_DAY = """
SELECT batch_id, day, sum(usual) AS usual, sum(settled) AS settled
FROM institution_day
GROUP BY batch_id, day
"""

# Of fewer than these, chance alone may make a third more or less, or none.
ENOUGH = "this.usual >= {least} * {weeks}"
ENOUGH_FOR_NONE = "this.usual >= {least_for_none} * {weeks}"
OUT_OF_BAND = "abs(this.settled * {weeks} - this.usual) > {band} * this.usual"
OUT_OF_STEP = (
    "(this.others_usual = 0 OR "
    "abs(this.settled * this.others_usual - this.usual * this.others_settled) > {band} * this.usual * this.others_settled)"
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
            ),
            Check(
                id="absent",
                name="机构整体缺失",
                reason="历来有量的机构一条也没有，多为未上传",
                fault=f"CASE WHEN {ENOUGH_FOR_NONE} THEN this.settled = 0 END",
                share="absent",
            ),
            Check(
                id="one_upload",
                name="机构结算集中于一天",
                reason="多日费用一次补传，按日审核失真",
                fault=f"CASE WHEN {ENOUGH} AND this.days >= 7 AND this.settled > 0 THEN this.busiest * 10 > this.settled * 8 END",
                share="volume",
            ),
        ),
        before=(
            ("settled_day", SETTLED_DAY),
            ("batch_span", BATCH_SPAN),
            ("covered_day", COVERED_DAY),
            ("usual", USUAL),
            ("institution_day", INSTITUTION_DAY),
            ("institution_volume", INSTITUTION_VOLUME),
        ),
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
                fault=f"CASE WHEN {ENOUGH_FOR_NONE} THEN this.settled = 0 END",
                share="missing_days",
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
                fault=f"CASE WHEN {ENOUGH_FOR_NONE} THEN this.settled * {{weeks}} * 10 < this.usual END",
                share="absent",
            ),
        ),
        before=(("area_day", AREA_DAY),),
    ),
)
