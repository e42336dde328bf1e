"""Checks on versions of one rule: which of them governs is the highest one in force (rules/book/versions.py)."""

from __future__ import annotations

from rules.lint.check import Check

_OVERLAPPING = """
SELECT low.rule_key, 'rule_ver' AS param,
    '与第' || high.rule_ver || '版自' || greatest(low.beg, high.beg) || '起同时有效，按高版本执行' AS problem,
    high.rule_key AS other_key
FROM keyed AS low
JOIN keyed AS high ON high.rule_id = low.rule_id AND high.rule_ver > low.rule_ver
    AND high.beg <= low.fin AND low.beg <= high.fin
WHERE low.stas <> 'retired' AND high.stas <> 'retired'
"""

# A rule whose later version is retired was switched off on purpose.
_NEVER_GOVERNS = """
SELECT rule_key, 'rule_ver' AS param, '有效期内每一天都由更高版本执行' AS problem, NULL AS other_key
FROM keyed ANTI JOIN validity USING (rule_key)
WHERE stas <> 'retired' AND rule_id NOT IN (SELECT rule_id FROM keyed WHERE stas = 'retired')
"""

VERSIONS = (
    Check("overlapping_versions", "版本有效期重叠", False, _OVERLAPPING),
    Check("never_governs", "永不触发：被更高版本取代", True, _NEVER_GOVERNS),
)
