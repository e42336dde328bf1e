"""V20 and V21: doses, and days of supply."""

from __future__ import annotations

from benchmarks.plain.shared import BY_CODE, TESTED, priced

# The count above the limit, from the dose charged for each prescribed day or from that of the order.
_V20 = f"""
WITH dosed AS (
    SELECT rule.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt, line.pric, rule.basis,
        rule.unit_dose, line.prd_days, CAST(rule.max_daily_dose AS HUGEINT) * rule.tolerance AS most, line.rx_drord_no,
        line.code_key, upper(trim(rule.dose_unit)) AS unit
    FROM {BY_CODE}
    WHERE line.net_inscp > 0 AND (rule.age_min IS NULL OR line.age_year >= rule.age_min)
        AND (rule.age_max IS NULL OR line.age_year <= rule.age_max)
        AND CASE rule.basis WHEN 'order' THEN line.rx_drord_no IS NOT NULL
            ELSE line.prd_days > 0 AND (NOT line.is_inpatient OR line.dscg_tkdrug_flag = 1) END
        AND {TESTED}
),
above AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, net_amt, pric, CAST(unit_dose AS HUGEINT) * 1000000 AS base,
        CAST(net_cnt AS HUGEINT) * unit_dose * 1000000 - most * prd_days AS above
    FROM dosed WHERE basis = 'charge'
    UNION ALL
    SELECT rule_key, dosed.mdtrt_id, feedetl_sn, net_amt, pric,
        CAST(drord.medn_used_sdose * 10000 AS HUGEINT) * frequency.times * 100000000 AS base,
        net_cnt * (CAST(drord.medn_used_sdose * 10000 AS HUGEINT) * frequency.times * 100000000 - most * frequency.per_days)
    FROM dosed
    JOIN drord_d AS drord ON drord.mdtrt_id = dosed.mdtrt_id AND drord.drord_no = dosed.rx_drord_no
        AND drord.code_key = dosed.code_key AND upper(trim(drord.medn_used_dosunt)) = dosed.unit
    JOIN dose_frequency AS frequency ON frequency.frequency = upper(trim(drord.medn_use_frqu))
    WHERE basis = 'order' AND try_cast(drord.drord_type AS INTEGER) IN (1, 2) AND coalesce(drord.vali_flag, 1) <> 0
),
line AS (
    SELECT rule_key, mdtrt_id, feedetl_sn, net_amt, pric, CAST((2 * above + base) // (2 * base) AS BIGINT) AS take
    FROM above WHERE above > 0
)
SELECT rule_key, mdtrt_id, feedetl_sn, take AS cnt, {priced("take")} AS amt FROM line WHERE take > 0 AND amt > 0
"""

# Kinds in a prescription; days that one date's packs last; packs fetched while those of the date before must still be there.
_KIND_OF = "line.rx_drord_no IS NOT NULL AND line.code_key IS NOT NULL AND list_contains(rule.list_type, line.list_type)"
_KIND_COLUMNS = """rule.rule_key, rule.max_kinds, line.mdtrt_id, line.feedetl_sn, line.rx_drord_no, line.code_key, line.fee_time,
        line.net_cnt, line.net_amt"""
_V21 = f"""
WITH kind_line AS (
    SELECT {_KIND_COLUMNS}
    FROM {BY_CODE}
    WHERE rule.variant = 'kinds' AND line.net_inscp > 0 AND NOT line.is_inpatient AND {_KIND_OF} AND {TESTED}
    UNION ALL
    SELECT {_KIND_COLUMNS}
    FROM line
    JOIN valid ON line.fee_date BETWEEN valid.eff_beg AND valid.eff_end
    JOIN rule ON rule.rule_key = valid.rule_key AND rule.variant = 'kinds' AND rule.med_list_codg_text IS NULL
    WHERE line.net_inscp > 0 AND NOT line.is_inpatient AND {_KIND_OF} AND {TESTED}
),
full_rx AS (
    SELECT rule_key, mdtrt_id, rx_drord_no FROM kind_line GROUP BY ALL HAVING count(DISTINCT code_key) > min(max_kinds)
),
kind AS (
    SELECT rule_key, mdtrt_id, rx_drord_no, code_key, min(max_kinds) AS max_kinds, min((fee_time, feedetl_sn)) AS first
    FROM kind_line SEMI JOIN full_rx USING (rule_key, mdtrt_id, rx_drord_no)
    GROUP BY ALL
),
surplus AS (
    SELECT rule_key, mdtrt_id, rx_drord_no, code_key FROM kind
    QUALIFY row_number() OVER (PARTITION BY rule_key, mdtrt_id, rx_drord_no ORDER BY first) > max_kinds
),
early_person AS (
    SELECT DISTINCT rule.rule_key, line.psn_no
    FROM {BY_CODE}
    WHERE rule.variant = 'early' AND NOT line.is_inpatient
),
dispensed AS (
    SELECT rule.rule_key, line.mdtrt_id AS owner, line.fee_date, line.mdtrt_id, line.feedetl_sn, line.fee_time, line.net_cnt,
        line.net_amt, line.pric, line.prd_days, TRUE AS is_eligible, FALSE AS is_early
    FROM {BY_CODE}
    WHERE rule.variant = 'supply' AND line.net_inscp > 0 AND NOT line.is_inpatient AND {TESTED}
    UNION ALL
    SELECT rule.rule_key, line.psn_no, line.fee_date, line.mdtrt_id, line.feedetl_sn, line.fee_time, line.net_cnt,
        line.net_amt, line.pric, line.prd_days, coalesce(line.net_inscp > 0 AND {TESTED} AND EXISTS (FROM valid
            WHERE valid.rule_key = rule.rule_key AND line.fee_date BETWEEN valid.eff_beg AND valid.eff_end), FALSE), TRUE
    FROM early_person AS person
    JOIN rule ON rule.rule_key = person.rule_key
    JOIN (SELECT DISTINCT rule_key, code_key FROM target) AS target ON target.rule_key = person.rule_key
    JOIN line ON line.psn_no = person.psn_no AND line.code_key = target.code_key
    WHERE NOT line.is_inpatient
),
day AS (
    SELECT rule_key, owner, fee_date, is_early, CAST(sum(net_cnt) FILTER (WHERE is_eligible) AS HUGEINT) AS cnt,
        CASE WHEN bool_and(coalesce(prd_days > 0, FALSE)) FILTER (WHERE is_eligible)
            THEN sum(prd_days) FILTER (WHERE is_eligible) END AS prd,
        CAST(sum(net_cnt) AS HUGEINT) AS all_cnt,
        CASE WHEN bool_and(coalesce(prd_days > 0, FALSE)) THEN sum(prd_days) END AS all_prd
    FROM dispensed GROUP BY ALL
),
held AS (
    SELECT rule_key, owner, fee_date, is_early, cnt, prd,
        CASE WHEN is_early THEN lag(all_cnt) OVER person ELSE cnt END AS had,
        CASE WHEN is_early THEN lag(all_prd) OVER person ELSE prd END AS had_prd,
        CASE WHEN is_early THEN fee_date - lag(fee_date) OVER person ELSE 0 END AS gap
    FROM day
    WINDOW person AS (PARTITION BY rule_key, owner, is_early ORDER BY fee_date)
),
excess AS (
    SELECT held.rule_key, held.owner, held.fee_date, CASE WHEN is_early THEN rule.advance_days ELSE rule.max_days END
            + held.gap * 1000000 AS allowed,
        CASE WHEN rule.pack_units IS NOT NULL AND rule.daily_units IS NOT NULL
            THEN greatest(least(had * rule.pack_units * 100 - CAST(allowed AS HUGEINT) * rule.daily_units,
                cnt * rule.pack_units * 100), 0) // (CAST(rule.pack_units AS HUGEINT) * 1000000)
            ELSE cnt * greatest(least(CAST(had_prd AS HUGEINT) * 100 - allowed, CAST(prd AS HUGEINT) * 100), 0)
                // (CAST(prd AS HUGEINT) * 1000000) END * 10000 AS excess
    FROM held
    JOIN rule ON rule.rule_key = held.rule_key
    WHERE cnt IS NOT NULL AND had IS NOT NULL AND excess > 0
),
line AS (
    SELECT dispensed.rule_key, dispensed.mdtrt_id, dispensed.feedetl_sn, dispensed.net_amt, dispensed.pric,
        CAST(greatest(least(dispensed.net_cnt, excess.excess - (sum(dispensed.net_cnt) OVER (
            PARTITION BY dispensed.rule_key, dispensed.owner, dispensed.fee_date
            ORDER BY dispensed.fee_time DESC, dispensed.mdtrt_id DESC, dispensed.feedetl_sn DESC ROWS UNBOUNDED PRECEDING)
            - dispensed.net_cnt)), 0) AS BIGINT) AS take
    FROM dispensed
    JOIN excess USING (rule_key, owner, fee_date)
    WHERE dispensed.is_eligible
)
SELECT rule_key, mdtrt_id, feedetl_sn, net_cnt AS cnt, net_amt AS amt
FROM kind_line SEMI JOIN surplus USING (rule_key, mdtrt_id, rx_drord_no, code_key)
WHERE net_amt > 0
UNION ALL
SELECT rule_key, mdtrt_id, feedetl_sn, take, {priced("take")} AS amt FROM line WHERE take > 0 AND amt > 0
"""

PROGRAMS = {"V20": _V20, "V21": _V21}
