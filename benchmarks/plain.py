"""V01, V02, V14 and V16 as one would write them by hand for DuckDB, to hold the engine against.

They read the compiled rules of the four types and the lake's own files, as the engine does, know nothing of other types, and
carry no evidence. Each gives rule_key, mdtrt_id, feedetl_sn, cnt (ten-thousandths) and amt (分) of every line at fault.
"""

from __future__ import annotations

from rules.engines.portable import to_duckdb
from rules.shapes.eligible import IN_SCOPE_LINE, NOT_EXEMPT_LINE

_TESTED = f"({IN_SCOPE_LINE}) AND ({NOT_EXEMPT_LINE})"
# The scope and exemption tests of the contract in DuckDB's own words.
TESTED = to_duckdb(f"SELECT {_TESTED} AS tested FROM line, rule").removeprefix("SELECT ").rsplit(" AS tested", 1)[0]

# A limit on a line by itself: one scan, one probe, the diagnosis test last.
_SCALAR = f"""
CREATE OR REPLACE TABLE plain_scalar AS
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.psn_no, line.fee_date, line.net_cnt AS cnt, line.net_amt AS amt,
    rule.accept_filing
FROM line
JOIN diagnosis_target AS target ON target.code_key = line.code_key AND target.side = 'med_list_codg'
JOIN diagnosis_rule AS rule ON rule.rule_key = target.rule_key
WHERE line.fee_date BETWEEN target.eff_beg AND target.eff_end AND line.net_inscp > 0 AND NOT line.is_limit_spared
    AND (line.has_diag OR rule.diag_set_has_tcm AND line.has_tcm_diag)
    AND NOT coalesce(list_bool_or([list_contains(rule.diag_set_keys, entry) for entry in line.diag_keys]), FALSE)
    AND {TESTED};
CREATE OR REPLACE TABLE plain_v01 AS
SELECT rule_key, mdtrt_id, feedetl_sn, cnt, amt FROM plain_scalar AS found
WHERE NOT EXISTS (FROM line AS other JOIN diagnosis_target AS target ON target.code_key = other.code_key
        AND target.side = 'alt_item_codes' WHERE other.mdtrt_id = found.mdtrt_id AND target.rule_key = found.rule_key)
    AND NOT EXISTS (FROM filing_d AS filing WHERE filing.psn_no = found.psn_no
        AND list_contains(found.accept_filing, filing.filing_type)
        AND (filing.begndate IS NULL OR found.fee_date BETWEEN filing.begndate AND coalesce(filing.enddate, found.fee_date)));
CREATE OR REPLACE TABLE plain_v02 AS
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt AS cnt, line.net_amt AS amt
FROM line
JOIN line_target AS target ON target.code_key = line.code_key
JOIN line_rule AS rule ON rule.rule_key = target.rule_key AND rule.allowed_gend <> line.gend
WHERE line.fee_date BETWEEN target.eff_beg AND target.eff_end AND line.net_inscp > 0 AND NOT line.is_limit_spared
    AND {TESTED};
"""

# Pairs within the visit: only lines of visits that hold both sides of a rule are read again.
_PAIR = f"""
CREATE OR REPLACE TABLE plain_side AS
SELECT visit.mdtrt_id, target.rule_key, target.code_key, target.side = 'group_a' AS is_a
FROM (SELECT DISTINCT mdtrt_id, code_key FROM line WHERE code_key IN (SELECT code_key FROM pair_target)) AS visit
JOIN (SELECT DISTINCT rule_key, code_key, side FROM pair_target) AS target USING (code_key)
WINDOW sides AS (PARTITION BY visit.mdtrt_id, target.rule_key)
QUALIFY bool_or(target.side = 'group_a') OVER sides AND bool_or(target.side <> 'group_a') OVER sides;
CREATE OR REPLACE TABLE plain_pair AS
SELECT side.rule_key, side.is_a, line.mdtrt_id, line.feedetl_sn, line.fee_time, line.net_cnt, line.net_amt, line.pric,
    CASE rule.window WHEN 'rx' THEN line.rx_drord_no WHEN 'day' THEN CAST(line.fee_date AS VARCHAR) ELSE '' END AS span,
    rule.cnt_rule
FROM plain_side AS side
JOIN line ON line.mdtrt_id = side.mdtrt_id AND line.code_key = side.code_key
JOIN pair_rule AS rule ON rule.rule_key = side.rule_key
WHERE side.is_a OR line.net_inscp > 0 AND {TESTED}
    AND EXISTS (FROM pair_valid AS valid WHERE valid.rule_key = side.rule_key
        AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end);
CREATE OR REPLACE TABLE plain_v14 AS
WITH held AS (
    SELECT *, CAST(sum(net_cnt) FILTER (WHERE is_a) OVER spanned AS BIGINT) AS cnt_a,
        CAST(sum(net_cnt) FILTER (WHERE NOT is_a) OVER spanned AS BIGINT) AS cnt_b,
        CAST(sum(CASE WHEN NOT is_a THEN net_cnt ELSE 0 END) OVER (spanned ORDER BY fee_time DESC, feedetl_sn DESC
            ROWS UNBOUNDED PRECEDING) AS BIGINT) - net_cnt AS behind
    FROM plain_pair WHERE span IS NOT NULL
    WINDOW spanned AS (PARTITION BY rule_key, mdtrt_id, span)
),
taken AS (
    SELECT *, greatest(0, least(net_cnt, CASE cnt_rule WHEN 'all' THEN cnt_b ELSE least(cnt_a, cnt_b) END - behind)) AS take
    FROM held WHERE NOT is_a AND cnt_a IS NOT NULL
)
SELECT rule_key, mdtrt_id, feedetl_sn, take AS cnt,
    least(CAST((CAST(take AS HUGEINT) * pric * 2 + 100000000) // 200000000 AS BIGINT), net_amt) AS amt
FROM taken WHERE take > 0 AND amt > 0;
"""

# Counts by window: narrow rows first, the windows above their limit, then their lines from the last one backwards.
_WINDOW = f"""
CREATE OR REPLACE TABLE plain_count AS
WITH counted AS (
    SELECT rule.rule_key, rule.window, rule.block_days, rule.day_rule, line.mdtrt_id, line.feedetl_sn, line.psn_no,
        line.fee_time, line.fee_date, line.net_cnt, line.net_amt, line.pric, line.is_inpatient, line.begn_time, line.end_time,
        CASE WHEN line.is_inpatient THEN rule.limit_ipt ELSE rule.limit_otp END AS most
    FROM line
    JOIN window_target AS target ON target.code_key = line.code_key
        AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    JOIN window_rule AS rule ON rule.rule_key = target.rule_key
    WHERE line.net_inscp > 0 AND {TESTED} AND line.is_inpatient IS NOT NULL
        AND (line.is_inpatient OR rule.window <> 'stay')
),
first AS (
    SELECT rule_key, mdtrt_id, min(fee_date) AS first_date FROM counted WHERE "window" = 'block' GROUP BY ALL
)
SELECT counted.*, CASE "window"
        WHEN 'person_day' THEN CAST(fee_date AS VARCHAR) WHEN 'day' THEN CAST(fee_date AS VARCHAR)
        WHEN 'week' THEN CAST(fee_date - CAST((fee_date - DATE '1900-01-01') % 7 AS INTEGER) AS VARCHAR)
        WHEN 'month' THEN strftime(fee_date, '%Y-%m') WHEN 'year' THEN strftime(fee_date, '%Y')
        WHEN 'quarter' THEN strftime(fee_date, '%Y') || '-Q' || CAST(quarter(fee_date) AS VARCHAR)
        WHEN 'block' THEN CAST((fee_date - first_date) // block_days AS VARCHAR) ELSE '' END AS span,
    CASE WHEN "window" IN ('person_day', 'week', 'month', 'quarter', 'year') THEN psn_no ELSE counted.mdtrt_id END AS owner
FROM counted LEFT JOIN first ON first.rule_key = counted.rule_key AND first.mdtrt_id = counted.mdtrt_id;
CREATE OR REPLACE TABLE plain_v16 AS
WITH held AS (
    SELECT rule_key, owner, span, is_inpatient, CAST(sum(net_cnt) AS BIGINT) * 100 - min(most)
        * CASE min("window") WHEN 'stay' THEN CASE min(day_rule)
            WHEN 'nights' THEN greatest(1, CAST(min(end_time) AS DATE) - CAST(min(begn_time) AS DATE))
            ELSE CAST(min(end_time) AS DATE) - CAST(min(begn_time) AS DATE) + 1 END ELSE 1 END AS excess
    FROM plain_count GROUP BY rule_key, owner, span, is_inpatient
    HAVING excess > 0
),
taken AS (
    SELECT line.rule_key, line.mdtrt_id, line.feedetl_sn, line.pric, line.net_amt,
        greatest(0, least(line.net_cnt * 100, held.excess - (CAST(sum(line.net_cnt) OVER (
            PARTITION BY line.rule_key, line.owner, line.span, line.is_inpatient
            ORDER BY line.fee_time DESC, line.mdtrt_id DESC, line.feedetl_sn DESC ROWS UNBOUNDED PRECEDING) AS BIGINT)
            - line.net_cnt) * 100)) AS take
    FROM plain_count AS line
    JOIN held USING (rule_key, owner, span, is_inpatient)
)
SELECT rule_key, mdtrt_id, feedetl_sn, CAST((take + 50) // 100 AS BIGINT) AS cnt,
    least(CAST((CAST(take AS HUGEINT) * pric * 2 + 10000000000) // 20000000000 AS BIGINT), net_amt) AS amt
FROM taken WHERE take > 0 AND amt > 0;
"""

# What is found, as findings by visit and settlement, and their lines.
_FOUND = """
CREATE OR REPLACE TABLE plain_found AS
SELECT found.*, line.setl_id, line.month, line.net_inscp, line.net_amt, line.setl_fund, line.setl_inscp
FROM (FROM plain_v01 UNION ALL FROM plain_v02 UNION ALL FROM plain_v14 UNION ALL FROM plain_v16) AS found
JOIN line ON line.mdtrt_id = found.mdtrt_id AND line.feedetl_sn = found.feedetl_sn;
COPY (SELECT rule_key, mdtrt_id, setl_id, month, sum(cnt) AS cnt, sum(amt) AS amt,
        sum(amt * net_inscp // greatest(net_amt, 1)) AS inscp FROM plain_found GROUP BY ALL) TO '{folder}/plain_finding.parquet';
COPY plain_found TO '{folder}/plain_finding_detl.parquet';
"""

STATEMENTS = (_SCALAR, _PAIR, _WINDOW, _FOUND)
TYPES = ("V01", "V02", "V14", "V16")
