"""Checks on codes: what a row names and no catalogue has."""

from __future__ import annotations

from rules.lint.check import Check

_UNKNOWN = """
SELECT named.rule_key, named.param, '{where}：' || shown(listed.unknown) AS problem, NULL AS other_key
FROM named JOIN listed ON listed.kind = named.kind AND listed.text = named.text     -- one row for each list
WHERE named.kind = '{kind}' AND listed.unknown IS NOT NULL
    AND EXISTS (SELECT 1 FROM dictionary WHERE dictionary.kind = named.kind)            -- no catalogue, no verdict
"""

# Parameters whose codes a line or visit must have to be at fault. The others spare, or are looked for beside it.
TARGETS = {
    "med_list_codg": "V01 V02 V03 V04 V05 V06 V07 V08 V09 V10 V11 V13 V17 V18 V19 V20 V21 V22 V23 V24 V26",
    "item_codes": "V12 V16 V27 V28 S06 S07 S09 S10",
    "group_codes": "V13",
    "group_a": "V14",
    "group_b": "V14",
    "component_codes": "V15",
    "code_a": "V25",
    "code_b": "V25",
    "diag_set": "V10 S01 S10",
    "contra_set": "V24",
    "code_set": "V29",
    "mild_set": "S03",
    "removed_oprn": "S04",
    "later_diag": "S04",
    "injury_set": "S05",
    "oprn_set": "S07",
}
_TARGETS = ", ".join(f"('{rule_type_id}', '{name}')" for name, types in TARGETS.items() for rule_type_id in types.split())

_NO_TARGET = f"""
SELECT named.rule_key, named.param, '所列编码全部不在目录，规则永不触发：' || shown(listed.unknown) AS problem, NULL AS other_key
FROM named JOIN listed ON listed.kind = named.kind AND listed.text = named.text     -- one row for each list
WHERE (named.rule_type_id, named.param) IN ({_TARGETS}) AND listed.known = 0
    AND EXISTS (SELECT 1 FROM dictionary WHERE dictionary.kind = named.kind)            -- no catalogue, no verdict
"""

UNKNOWN_MED = Check("unknown_med", "编码不在目录", False, _UNKNOWN.format(kind="med", where="目录中没有"))
UNKNOWN_DIAG = Check("unknown_diag", "诊断编码不在目录", False, _UNKNOWN.format(kind="diag", where="ICD-10 医保版中没有"))
UNKNOWN_OPRN = Check("unknown_oprn", "手术编码不在目录", False, _UNKNOWN.format(kind="oprn", where="ICD-9-CM3 医保版中没有"))
NO_TARGET = Check("no_target", "永不触发：编码全部未知", True, _NO_TARGET)
