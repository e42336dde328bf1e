"""Shape profile: an institution's sales against its stock, or its stays against its peers'.

Scope and exemptions filter the lines or stays that are counted; a period is judged in the task of its last month.
"""

from rules.shapes.deviation import DEVIATION_STATEMENTS
from rules.shapes.shape import Shape
from rules.shapes.stock import STOCK_STATEMENTS

# Every line and institution that a finding names, with what is compared; subject is NULL where the grain is visit_setl.
PROFILE_FAULT = """
SELECT rule_key, concat(fixmedins_code, '|', medicine.code, '|', month) AS subject, mdtrt_id, feedetl_sn, month,
    vola_cnt, vola_amt, 'line' AS amt_kind, 1 AS amount_stas, sold, avail, excess, CAST(NULL AS STRING) AS mapped_codes,
    CAST(NULL AS STRING) AS period_value, CAST(NULL AS DOUBLE) AS x, CAST(NULL AS DOUBLE) AS peer_median,
    CAST(NULL AS DOUBLE) AS peer_mad, CAST(NULL AS DOUBLE) AS z, CAST(NULL AS BIGINT) AS peers,
    CAST(NULL AS BIGINT) AS cases
FROM balance_take
JOIN code_dict AS medicine ON medicine.kind = 'med' AND medicine.code_key = balance_take.code_key
UNION ALL
SELECT rule_key, CAST(NULL AS STRING), mdtrt_id, feedetl_sn, month, net_cnt, net_amt, 'line', 1, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), mapped_codes, CAST(NULL AS STRING), CAST(NULL AS DOUBLE),
    CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
FROM map_fault
UNION ALL
SELECT rule_key, subject, '*', subject, month, CAST(0 AS BIGINT), CAST(0 AS BIGINT), 'none', 0, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS STRING), period_value, x, peer_median, peer_mad, z,
    CAST(peers AS BIGINT), cases
FROM deviation
"""

# A line from which nothing was taken, or which has no price, is related. The types read ``fault``, ``rule`` and ``line``.
HIT_PROFILE = """
SELECT rule.rule_key, fault.subject, fault.mdtrt_id, line.setl_id, fault.feedetl_sn,
    CASE WHEN fault.subject IS NULL THEN fault.mdtrt_id END AS f_mdtrt_id,
    CASE WHEN fault.subject IS NULL THEN line.setl_id END AS f_setl_id, fault.month,
    CASE WHEN fault.amt_kind = 'none' OR fault.vola_amt > 0 THEN 1 ELSE 2 END AS item_type,
    CASE WHEN fault.vola_amt > 0 THEN fault.vola_cnt ELSE 0 END AS vola_cnt, fault.vola_amt, fault.amt_kind,
    fault.amount_stas, CAST(NULL AS INT) AS sev_deg, {evidence} AS evid
FROM profile_fault AS fault
JOIN profile_rule AS rule ON rule.rule_key = fault.rule_key
LEFT JOIN line ON line.mdtrt_id = fault.mdtrt_id AND line.feedetl_sn = fault.feedetl_sn
"""

SHAPE = Shape(
    name="profile",
    statements=(
        *STOCK_STATEMENTS,
        *DEVIATION_STATEMENTS,
        ("profile_fault", PROFILE_FAULT),
        ("hit_profile", HIT_PROFILE),
    ),
    defaults={"is_excess": "FALSE", "x": "CAST(NULL AS DOUBLE)", "stands_out": "FALSE"},
)
