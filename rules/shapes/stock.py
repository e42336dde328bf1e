"""S09: an institution's sales against its own stock, and its codes against its own catalogue (part of shape profile).

Counts with a unit factor are held × 10^10 in 128 bits. The type's ``is_excess`` reads ``rule`` and ``held`` (excess, avail).
"""

from rules.engines.portable import mul_div

_STOCKED = "line.list_type IN ('101', '102', '103', '301')"


def _scaled(value: str, factor: str) -> str:
    return f"CAST({value} AS DECIMAL(38, 0)) * CAST({factor} AS DECIMAL(38, 0))"


# One row for each institution, item and judged month whose stock is known; a missing return is none.
_STOCK = """
WITH counted AS (
    SELECT inventory.fixmedins_code, inventory.code_key, task.month, task.month_end,
        CAST(inventory.open_cnt * 10000 AS BIGINT) + CAST(inventory.buy_cnt * 10000 AS BIGINT)
            - coalesce(CAST(inventory.return_cnt * 10000 AS BIGINT), CAST(0 AS BIGINT))
            - CAST(inventory.close_cnt * 10000 AS BIGINT) AS stock
    FROM inventory_d AS inventory
    JOIN task ON task.month = inventory.ym
)
SELECT fixmedins_code, code_key, month, month_end, greatest(stock, CAST(0 AS BIGINT)) AS stock
FROM counted
WHERE stock IS NOT NULL
"""

# Those of which more was sold, by any line, than the least that a rule calls available: few, whatever the rules.
_OVERSOLD = f"""
WITH smallest AS (
    SELECT min(unit_factor) AS unit_factor FROM profile_rule WHERE rule_type_id = 'S09' AND variant = 'balance'
)
SELECT stock.fixmedins_code, stock.code_key, stock.month, stock.month_end, stock.stock
FROM stock
CROSS JOIN smallest
JOIN line ON line.fixmedins_code = stock.fixmedins_code AND line.code_key = stock.code_key
    AND date_format(line.fee_date, 'yyyy-MM') = stock.month
WHERE {_STOCKED} AND smallest.unit_factor IS NOT NULL
GROUP BY stock.fixmedins_code, stock.code_key, stock.month, stock.month_end, stock.stock
HAVING {_scaled("sum(line.net_cnt)", "1000000")} > {_scaled("stock.stock", "min(smallest.unit_factor)")}
"""

# Each counted line of such a month under each rule that names its code, or all codes, on the month's last day.
_BALANCE_LINE = f"""
WITH named AS (
    SELECT rule.rule_key, oversold.fixmedins_code, oversold.code_key, oversold.month
    FROM oversold
    JOIN profile_target AS target ON target.code_key = oversold.code_key AND target.side = 'item_codes'
        AND oversold.month_end BETWEEN target.eff_beg AND target.eff_end
    JOIN profile_rule AS rule ON rule.rule_key = target.rule_key AND rule.rule_type_id = 'S09' AND rule.variant = 'balance'
    UNION ALL
    SELECT rule.rule_key, oversold.fixmedins_code, oversold.code_key, oversold.month
    FROM oversold
    JOIN profile_valid AS valid ON oversold.month_end BETWEEN valid.eff_beg AND valid.eff_end
    JOIN profile_rule AS rule ON rule.rule_key = valid.rule_key AND rule.rule_type_id = 'S09' AND rule.variant = 'balance'
        AND rule.item_codes_text IS NULL
)
SELECT rule.rule_key, named.fixmedins_code, named.code_key, named.month, line.mdtrt_id, line.feedetl_sn, line.fee_time,
    line.net_cnt, line.net_amt, line.pric
FROM named
JOIN profile_rule AS rule ON rule.rule_key = named.rule_key
JOIN line ON line.fixmedins_code = named.fixmedins_code AND line.code_key = named.code_key
    AND date_format(line.fee_date, 'yyyy-MM') = named.month
WHERE {_STOCKED}
    AND {{in_scope_line}}
    AND {{not_exempt_line}}
"""

# Each rule, institution, item and month that sold more than was there.
_BALANCE = f"""
WITH summed AS (
    SELECT rule_key, fixmedins_code, code_key, month, CAST(sum(net_cnt) AS BIGINT) AS sold
    FROM balance_line
    GROUP BY rule_key, fixmedins_code, code_key, month
),
held AS (
    SELECT summed.rule_key, summed.fixmedins_code, summed.code_key, summed.month, summed.sold,
        {_scaled("oversold.stock", "rule.unit_factor")} AS avail,
        {_scaled("summed.sold", "1000000")} - {_scaled("oversold.stock", "rule.unit_factor")} AS excess
    FROM summed
    JOIN oversold ON oversold.fixmedins_code = summed.fixmedins_code AND oversold.code_key = summed.code_key
        AND oversold.month = summed.month
    JOIN profile_rule AS rule ON rule.rule_key = summed.rule_key
)
SELECT held.rule_key, held.fixmedins_code, held.code_key, held.month, held.sold, held.avail, held.excess
FROM held
JOIN profile_rule AS rule ON rule.rule_key = held.rule_key
WHERE held.excess > 0 AND {{is_excess}}
"""

# What is taken of each counted line, the latest line first; a line without a price has no amount.
_BALANCE_TAKE = f"""
WITH ordered AS (
    SELECT line.rule_key, line.fixmedins_code, line.code_key, line.month, line.mdtrt_id, line.feedetl_sn, line.net_cnt,
        line.net_amt, line.pric, balance.sold, balance.avail, balance.excess,
        CAST(sum(line.net_cnt) OVER (
            PARTITION BY line.rule_key, line.fixmedins_code, line.code_key, line.month
            ORDER BY line.fee_time DESC, line.mdtrt_id DESC, line.feedetl_sn DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) - line.net_cnt AS cnt_after
    FROM balance_line AS line
    JOIN balance ON balance.rule_key = line.rule_key AND balance.fixmedins_code = line.fixmedins_code
        AND balance.code_key = line.code_key AND balance.month = line.month
),
taken AS (
    SELECT rule_key, fixmedins_code, code_key, month, mdtrt_id, feedetl_sn, net_amt, pric, sold, avail, excess,
        greatest(
            least({_scaled("net_cnt", "1000000")}, excess - {_scaled("cnt_after", "1000000")}), CAST(0 AS DECIMAL(38, 0))
        ) AS take
    FROM ordered
)
SELECT taken.rule_key, taken.fixmedins_code, taken.code_key, taken.month, taken.mdtrt_id, taken.feedetl_sn, taken.sold,
    CAST((taken.avail + 500000) DIV 1000000 AS BIGINT) AS avail,
    CAST((taken.excess + 500000) DIV 1000000 AS BIGINT) AS excess,
    CAST((taken.take + 500000) DIV 1000000 AS BIGINT) AS vola_cnt,
    CAST(least(coalesce({mul_div("taken.take", "taken.pric", "100000000000000")}, 0), taken.net_amt) AS BIGINT) AS vola_amt
FROM taken
"""

# Judged lines whose own code stands in the institution's catalogue that day, for other national codes only.
_MAPPED_ELSEWHERE = f"""
SELECT line.mdtrt_id, line.feedetl_sn, array_join(sort_array(collect_set(mapping.med_list_codg)), ';') AS mapped_codes
FROM line
JOIN medins_map_d AS mapping ON mapping.fixmedins_code = line.fixmedins_code AND mapping.medins_list_codg = line.medins_list_codg
    AND line.fee_date >= coalesce(mapping.begndate, line.fee_date) AND line.fee_date <= coalesce(mapping.enddate, line.fee_date)
WHERE line.month IN (SELECT month FROM task) AND line.net_inscp > 0 AND {_STOCKED}
GROUP BY line.mdtrt_id, line.feedetl_sn
HAVING min(CASE WHEN mapping.med_list_codg <> line.med_list_codg THEN 1 ELSE 0 END) = 1
"""

# Those lines under each rule that names their code, or all codes, on their day.
_MAP_FAULT = """
WITH named AS (
    SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn
    FROM mapped_elsewhere AS elsewhere
    JOIN line ON line.mdtrt_id = elsewhere.mdtrt_id AND line.feedetl_sn = elsewhere.feedetl_sn
    JOIN profile_target AS target ON target.code_key = line.code_key AND target.side = 'item_codes'
        AND line.fee_date BETWEEN target.eff_beg AND target.eff_end
    JOIN profile_rule AS rule ON rule.rule_key = target.rule_key AND rule.rule_type_id = 'S09' AND rule.variant = 'map'
    UNION ALL
    SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn
    FROM mapped_elsewhere AS elsewhere
    JOIN line ON line.mdtrt_id = elsewhere.mdtrt_id AND line.feedetl_sn = elsewhere.feedetl_sn
    JOIN profile_valid AS valid ON line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
    JOIN profile_rule AS rule ON rule.rule_key = valid.rule_key AND rule.rule_type_id = 'S09' AND rule.variant = 'map'
        AND rule.item_codes_text IS NULL
)
SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.setl_id, line.month, line.net_cnt, line.net_amt,
    elsewhere.mapped_codes
FROM named
JOIN profile_rule AS rule ON rule.rule_key = named.rule_key
JOIN mapped_elsewhere AS elsewhere ON elsewhere.mdtrt_id = named.mdtrt_id AND elsewhere.feedetl_sn = named.feedetl_sn
JOIN line ON line.mdtrt_id = named.mdtrt_id AND line.feedetl_sn = named.feedetl_sn
WHERE {in_scope_line}
    AND {not_exempt_line}
"""

STOCK_STATEMENTS = (
    ("stock", _STOCK),
    ("oversold", _OVERSOLD),
    ("balance_line", _BALANCE_LINE),
    ("balance", _BALANCE),
    ("balance_take", _BALANCE_TAKE),
    ("mapped_elsewhere", _MAPPED_ELSEWHERE),
    ("map_fault", _MAP_FAULT),
)
