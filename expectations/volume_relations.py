"""What volumes are measured by: the days and institutions that a batch is about, and what is usual there."""

from __future__ import annotations

# Settlements of each batch, institution and day.
SENT_DAY = """
SELECT batch_id, fixmedins_code, CAST(setl_time AS DATE) AS day, count(*) AS settled
FROM setl_d
WHERE coalesce(vali_flag, 1) <> 0 AND setl_time IS NOT NULL AND fixmedins_code IS NOT NULL
GROUP BY batch_id, fixmedins_code, CAST(setl_time AS DATE)
"""

# Settlements of each institution and day, whichever batch brought them.
SETTLED_DAY = """
SELECT fixmedins_code, day, sum(settled) AS settled FROM sent_day GROUP BY fixmedins_code, day
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

# All days of the span but public holidays, on which some close and some do not; weekday: days since a Monday, modulo seven.
COVERED_DAY = """
WITH numbered AS (
    SELECT batch_id, first_day, explode(sequence(0, datediff(last_day, first_day))) AS place FROM batch_span
),
dated AS (
    SELECT batch_id, CAST(date_add(first_day, CAST(place AS INT)) AS DATE) AS day FROM numbered
)
SELECT dated.batch_id, dated.day, datediff(dated.day, DATE '1900-01-01') % 7 AS weekday
FROM dated
LEFT JOIN public_holiday ON public_holiday.day = dated.day
WHERE public_holiday.day IS NULL
"""

# Whom a batch is from: institutions with at least a tenth a day of the most that a batch ever brought of them. A few late bills
# of another one do not make it a sender.
SENDER = """
WITH rate AS (
    SELECT batch_id, fixmedins_code, sum(settled) * 1000 DIV count(*) AS a_day FROM sent_day GROUP BY batch_id, fixmedins_code
),
best AS (
    SELECT fixmedins_code, max(a_day) AS a_day FROM rate GROUP BY fixmedins_code
)
SELECT rate.batch_id, rate.fixmedins_code
FROM rate
JOIN best ON best.fixmedins_code = rate.fixmedins_code
WHERE rate.a_day * 10 >= best.a_day
"""

# Earlier batches that show how this one should be made up: most of them lies in the weeks before. Loads of a long history do not.
PRECEDENT = """
SELECT batch_span.batch_id, sent_day.batch_id AS earlier_id
FROM batch_span
JOIN sent_day ON sent_day.batch_id <> batch_span.batch_id
GROUP BY batch_span.batch_id, batch_span.first_day, sent_day.batch_id
HAVING sum(CASE WHEN datediff(batch_span.first_day, sent_day.day) BETWEEN 1 AND 7 * {weeks} THEN sent_day.settled ELSE 0 END) * 2
    >= sum(sent_day.settled)
"""

# The institutions that a batch should bring: its senders, and those of which most came together with one of them so far. Where
# each hospital sends a batch of its own, nobody else is due in it.
DUE = """
WITH joint AS (
    SELECT DISTINCT precedent.batch_id, precedent.earlier_id
    FROM precedent
    JOIN sender AS own ON own.batch_id = precedent.batch_id
    JOIN sender AS earlier ON earlier.batch_id = precedent.earlier_id AND earlier.fixmedins_code = own.fixmedins_code
),
companion AS (
    SELECT precedent.batch_id, sent_day.fixmedins_code
    FROM precedent
    JOIN sent_day ON sent_day.batch_id = precedent.earlier_id
    LEFT JOIN joint ON joint.batch_id = precedent.batch_id AND joint.earlier_id = precedent.earlier_id
    GROUP BY precedent.batch_id, sent_day.fixmedins_code
    HAVING sum(CASE WHEN joint.earlier_id IS NOT NULL THEN sent_day.settled ELSE 0 END) * 2 >= sum(sent_day.settled)
)
SELECT batch_id, fixmedins_code FROM companion
UNION
SELECT batch_span.batch_id, sender.fixmedins_code FROM batch_span JOIN sender ON sender.batch_id = batch_span.batch_id
"""

# What an institution settled on a weekday in all the weeks of the history together; left out are those whose history is shorter.
USUAL = """
WITH veteran AS (
    SELECT batch_span.batch_id, settled_day.fixmedins_code, batch_span.first_day
    FROM batch_span
    JOIN due ON due.batch_id = batch_span.batch_id
    JOIN settled_day ON settled_day.fixmedins_code = due.fixmedins_code
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

# One row for each institution that is due and has a history, and covered day: settled then, and usually (in all weeks together).
INSTITUTION_DAY = """
SELECT covered_day.batch_id, usual.fixmedins_code, covered_day.day, usual.usual, coalesce(settled_day.settled, 0) AS settled,
    count(*) OVER (PARTITION BY covered_day.batch_id, covered_day.day) = 1 AS is_alone
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

# Days on which some close and some do not.
PUBLIC_HOLIDAY = "SELECT explode(array({holidays})) AS day"

BEFORE = (
    ("sent_day", SENT_DAY),
    ("settled_day", SETTLED_DAY),
    ("batch_span", BATCH_SPAN),
    ("public_holiday", PUBLIC_HOLIDAY),
    ("covered_day", COVERED_DAY),
    ("sender", SENDER),
    ("precedent", PRECEDENT),
    ("due", DUE),
    ("usual", USUAL),
    ("institution_day", INSTITUTION_DAY),
    ("institution_volume", INSTITUTION_VOLUME),
)
