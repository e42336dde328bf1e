"""What changed between two rule bases: rows added, changed and retired."""

from __future__ import annotations

import duckdb
import pyarrow as pa

ADDED, CHANGED, RETIRED = "新增", "修改", "停用"
# The columns of a rule row beside its key and its parameters, as a rule manager calls them.
COLUMNS = {
    "rule_type_id": "规则类型",
    "begndate": "生效日期",
    "enddate": "失效日期",
    "sev_deg": "严重程度",
    "control_mode": "控制方式",
    "insutype": "险种",
    "med_class": "就医类别",
    "hosp_lv": "机构级别",
    "poolarea": "统筹区",
    "exempt_dept": "豁免科室",
    "exempt_diag": "豁免诊断",
    "stas": "状态",
    "gz_code": "国家规则编码",
    "src_doc": "依据文件",
    "tip": "提示语",
    "origin": "来源",
}

# Pairs of rows to compare: a row with itself; a further version with the last one before it; a row with none.
_PAIR = """
CREATE TEMP TABLE pair AS
WITH last_before AS (
    SELECT new_row.rule_id, new_row.rule_ver, max(old_row.rule_ver) AS old_ver
    FROM new_row ANTI JOIN old_row USING (rule_id, rule_ver)
    JOIN old_row ON old_row.rule_id = new_row.rule_id
    GROUP BY new_row.rule_id, new_row.rule_ver
)
SELECT rule_id, rule_ver AS old_ver, rule_ver AS new_ver FROM old_row JOIN new_row USING (rule_id, rule_ver)
UNION ALL
SELECT rule_id, old_ver, rule_ver FROM last_before
UNION ALL
SELECT rule_id, NULL, rule_ver FROM new_row ANTI JOIN old_row USING (rule_id)
UNION ALL
SELECT rule_id, rule_ver, NULL FROM old_row ANTI JOIN new_row USING (rule_id, rule_ver)
"""

_MOVED = "CREATE MACRO moved(title, o, n) AS title || '：' || coalesce(o, '空') || ' → ' || coalesce(n, '空')"
_FIELD = """
CASE WHEN o.{name} IS DISTINCT FROM n.{name} THEN moved('{title}', CAST(o.{name} AS VARCHAR), CAST(n.{name} AS VARCHAR)) END
"""
_PARAMS = """
list_transform(
    list_filter(list_sort(list_distinct(list_concat(json_keys(o.params), json_keys(n.params)))),
        lambda name: (o.params->>name) IS DISTINCT FROM (n.params->>name)),
    lambda name: moved(name, o.params->>name, n.params->>name))
"""

# A row that is not there any more: its rule left the base, or only this version did.
_CHANGES = """
WITH compared AS (
    SELECT coalesce(n.rule_type_id, o.rule_type_id) AS rule_type_id, pair.rule_id,
        coalesce(pair.new_ver, pair.old_ver) AS rule_ver, pair.old_ver, pair.new_ver, n.stas AS stas, o.stas AS old_stas,
        pair.rule_id IN (SELECT rule_id FROM new_row) AS is_kept,
        CASE WHEN o.rule_id IS NOT NULL AND n.rule_id IS NOT NULL
            THEN list_concat(list_filter([{fields}], lambda field: field IS NOT NULL), {params}) ELSE [] END AS fields
    FROM pair
    LEFT JOIN old_row AS o ON o.rule_id = pair.rule_id AND o.rule_ver = pair.old_ver      -- its key
    LEFT JOIN new_row AS n ON n.rule_id = pair.rule_id AND n.rule_ver = pair.new_ver      -- its key
)
SELECT
    CASE
        WHEN old_ver IS NULL THEN '{added}'
        WHEN new_ver IS NULL AND NOT is_kept OR stas = 'retired' AND old_stas <> 'retired' THEN '{retired}'
        ELSE '{changed}'
    END AS change, rule_type_id, rule_id, rule_ver,
    CASE
        WHEN new_ver IS NULL AND is_kept THEN '该版本不再载入'
        WHEN old_ver IS NULL OR new_ver IS NULL THEN ''
        WHEN old_ver <> new_ver THEN '新版本（原第' || old_ver || '版） ' || array_to_string(fields, '；')
        ELSE array_to_string(fields, '；')
    END AS what
FROM compared
WHERE old_ver IS DISTINCT FROM new_ver OR len(fields) > 0
ORDER BY rule_type_id, rule_id, rule_ver
"""


def rule_changes(before: pa.Table, after: pa.Table) -> pa.Table:
    """One row for each rule row that differs: change (``ADDED`` …), rule_type_id, rule_id, rule_ver, what.

    A rule that is absent from ``after``, or whose row became retired, is retired. A further version of a rule is a change;
    ``what`` compares it with the last version before.
    """
    with duckdb.connect() as connection:
        connection.register("old_row", before)
        connection.register("new_row", after)
        connection.execute(_MOVED)
        connection.execute(_PAIR)
        fields = ", ".join(_FIELD.format(name=name, title=title) for name, title in COLUMNS.items())
        query = _CHANGES.format(fields=fields, params=_PARAMS, added=ADDED, changed=CHANGED, retired=RETIRED)
        return connection.sql(query).to_arrow_table()
