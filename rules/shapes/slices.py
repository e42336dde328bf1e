"""V26 never and single: slices that are not payable at all, or not when prescribed alone (part of shape window)."""

# Prescriptions with slices: how many distinct codes, and whether one is missing (any pay).
_PRESCRIPTION_SLICES = """
WITH concerned AS (
    SELECT DISTINCT line.mdtrt_id
    FROM window_line AS line
    JOIN window_rule AS rule ON rule.rule_key = line.rule_key AND rule.rule_type_id = 'V26' AND rule.variant = 'single'
)
SELECT line.mdtrt_id, line.rx_drord_no, count(DISTINCT line.code_key) AS kinds,
    count(line.code_key) = count(*) AS all_coded
FROM line
JOIN concerned ON concerned.mdtrt_id = line.mdtrt_id
WHERE line.list_type = '103' AND line.rx_drord_no IS NOT NULL
GROUP BY line.mdtrt_id, line.rx_drord_no
"""

# The lines at fault, whole. A way of use that is missing or outside its codes is unknown (contract, clarification 2).
_SLICES_FAULT = """
SELECT named.rule_key, line.mdtrt_id, line.feedetl_sn, line.net_cnt, line.net_amt, line.rx_drord_no
FROM window_line AS named
JOIN window_rule AS rule ON rule.rule_key = named.rule_key AND rule.rule_type_id = 'V26'
JOIN line ON line.mdtrt_id = named.mdtrt_id AND line.feedetl_sn = named.feedetl_sn
LEFT JOIN prescription_slices AS rx ON rx.mdtrt_id = line.mdtrt_id AND rx.rx_drord_no = line.rx_drord_no
WHERE line.month IN (SELECT month FROM task)
    AND (rule.variant = 'never'
        OR rule.variant = 'single' AND rx.kinds = 1 AND rx.all_coded AND line.tcmdrug_used_way = '2')
"""

SLICES_STATEMENTS = (("prescription_slices", _PRESCRIPTION_SLICES), ("slices_fault", _SLICES_FAULT))
