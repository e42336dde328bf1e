"""The codes that the county charges: free ones by role, and ruled ones with what makes their use compliant."""

from __future__ import annotations

import duckdb
import pyarrow as pa

# Role of a line → (med_chrgitm_type, list_type, highest price in yuan, words in the names of such services; none: any name).
ROLES: dict[str, tuple[str, str, int, tuple[str, ...]]] = {
    "bed": ("01", "201", 300, ("床位",)),
    "consult": ("02", "201", 100, ("诊查", "诊察", "会诊", "挂号")),
    "exam": ("03", "201", 800, ("检查", "超声", "CT", "X线", "造影", "心电图", "成像", "扫描")),
    "lab": ("04", "201", 300, ("测定", "检验", "培养", "试验", "检测", "鉴定")),
    "treat": ("05", "201", 300, ("治疗", "注射", "输液", "换药", "灌肠", "针", "推拿", "训练")),
    "surgery": ("06", "201", 3000, ("切除", "手术", "修补", "缝合", "成形", "复位")),
    "nursing": ("07", "201", 100, ("护理",)),
    "material": ("08", "301", 600, ()),
    "drug": ("09", "101", 200, ()),
    "slices": ("10", "103", 60, ()),
    "patent": ("11", "102", 120, ()),
}
ROLE_SIZE = 1500
RULED_SIZE = 8000
# Prices of codes whose catalogue row has none, and the highest of a ruled code: V12 rows limit whole visits.
USUAL_PRICE = {"101": "18.60", "102": "24.50", "103": "0.12", "201": "35.00", "301": "46.00"}
HIGHEST_PRICE = 1500

FREE = """
    WITH ranked AS (
        SELECT med_list_codg, name, list_type, right('0' || chrgitm_lv, 2) AS chrgitm_lv, {price} AS pric_micro,
               row_number() OVER (ORDER BY {fits} DESC, md5('{seed}' || med_list_codg)) - 1 AS idx,
               count(*) FILTER ({fits}) OVER () AS fitting
        FROM free WHERE list_type = '{list_type}' AND coalesce(CAST(price_ref AS DECIMAL(18,6)), 1) BETWEEN 0.01 AND {highest}
    )
    SELECT '{role}' AS role, CAST(idx AS INTEGER) AS idx, med_list_codg, name, list_type, chrgitm_lv, pric_micro,
           '{charge}' AS med_chrgitm_type
    FROM ranked WHERE idx < least({size}, CASE WHEN fitting >= 3 THEN fitting ELSE {size} END)
"""

# One row per code that exactly one rule row names, with the conditions under which that row finds nothing:
# sex, whole years of age, rank of the hospital, classes, share paid by the fund, highest price, dept.
RULED = """
    WITH once AS (
        SELECT named_once.type_id, named_once.rule_id, catalogue.*
        FROM named_once JOIN catalogue ON catalogue.med_list_codg = named_once.code
        WHERE coalesce(CAST(price_ref AS DECIMAL(18,6)), 1) BETWEEN 0.01 AND {highest}
    ), limited AS (
        SELECT once.*, allowed_gend AS sex, NULL AS age_min, NULL AS age_max, NULL AS min_rank, NULL AS max_rank,
               NULL AS classes, 0 AS own, NULL AS cap, NULL AS dept
        FROM once JOIN V02 ON once.type_id = 'V02' AND V02.rule_id = once.rule_id
        UNION ALL
        SELECT once.*, NULL, age_min, age_max, NULL, NULL, NULL, 0, NULL, NULL
        FROM once JOIN (FROM V03 UNION ALL BY NAME FROM V04) AS aged
            ON once.type_id IN ('V03', 'V04') AND aged.rule_id = once.rule_id AND age_unit = 'year'
        UNION ALL
        SELECT once.*, NULL, NULL, NULL, min_rank, max_rank, NULL, 0, NULL, NULL
        FROM once JOIN V05 ON once.type_id = 'V05' AND V05.rule_id = once.rule_id
        UNION ALL
        SELECT once.*, NULL, NULL, NULL, NULL, NULL, allowed_class, 0, NULL, NULL
        FROM once JOIN V07 ON once.type_id = 'V07' AND V07.rule_id = once.rule_id AND allowed_class IS NOT NULL
        UNION ALL
        SELECT once.*, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL
        FROM once JOIN V10 ON once.type_id = 'V10' AND V10.rule_id = once.rule_id AND variant = 'code'
        UNION ALL
        SELECT once.*, NULL, NULL, NULL, NULL, NULL, NULL, 0, price_cap, NULL
        FROM once JOIN V13 ON once.type_id = 'V13' AND V13.rule_id = once.rule_id AND variant = 'cap'
        UNION ALL
        SELECT once.*, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL
        FROM once JOIN V16 ON once.type_id = 'V16' AND V16.rule_id = once.rule_id AND item_codes NOT LIKE '%;%'
            AND V16."window" IN ('visit', 'day', 'person_day', 'stay', 'block')
            AND coalesce(CAST(limit_otp AS DOUBLE), 1) >= 1 AND coalesce(CAST(limit_ipt AS DOUBLE), 1) >= 1
        UNION ALL
        SELECT once.*, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, allowed_dept
        FROM once JOIN V17 ON once.type_id = 'V17' AND V17.rule_id = once.rule_id AND variant = 'dept'
        UNION ALL
        -- Dose, supply and take-home rules do not look at drugs given during a stay without a dose in the order.
        SELECT once.*, NULL, NULL, NULL, NULL, NULL, 'IPT;DAYSURG', 0, NULL, NULL
        FROM once WHERE once.type_id IN ('V20', 'V21', 'V22')
    )
    SELECT CAST(row_number() OVER (ORDER BY md5('{seed}' || med_list_codg)) - 1 AS INTEGER) AS idx,
           type_id, rule_id, med_list_codg, name, list_type, right('0' || chrgitm_lv, 2) AS chrgitm_lv,
           least({price}, coalesce(CAST(CAST(cap AS DECIMAL(18,6)) * 1000000 AS BIGINT), {price})) AS pric_micro,
           sex, CAST(age_min AS INTEGER) AS age_min, CAST(age_max AS INTEGER) AS age_max, CAST(min_rank AS INTEGER) AS min_rank,
           CAST(max_rank AS INTEGER) AS max_rank, classes, CAST(own AS INTEGER) AS own, dept
    FROM limited QUALIFY row_number() OVER (ORDER BY md5('{seed}' || med_list_codg)) <= {size}
"""


def price() -> str:
    """DuckDB text: the catalogue's price in millionths of a yuan, else the usual one of its kind."""
    usual = " ".join(f"WHEN '{kind}' THEN {value}" for kind, value in USUAL_PRICE.items())
    return f"CAST(coalesce(CAST(price_ref AS DECIMAL(18,6)), CASE list_type {usual} ELSE 10.00 END) * 1000000 AS BIGINT)"


def free_items(rules: duckdb.DuckDBPyConnection, seed: int) -> pa.Table:
    """Codes that no rule names: one row per role and ``idx`` (0 … size - 1)."""
    parts = []
    for role, (charge, list_type, highest, words) in ROLES.items():
        fits = " OR ".join(f"contains(name, '{word}')" for word in words) or "true"
        parts.append(
            FREE.format(
                role=role, charge=charge, list_type=list_type, fits=f"({fits})", seed=seed,
                price=price(), highest=highest, size=ROLE_SIZE,
            )
        )  # fmt: skip
    return rules.sql(" UNION ALL ".join(f"({part})" for part in parts)).to_arrow_table()


def ruled_items(rules: duckdb.DuckDBPyConnection, seed: int) -> pa.Table:
    """Codes named by one rule row only, with what makes their use compliant; ``idx`` 0 … size - 1."""
    return rules.sql(RULED.format(seed=seed, price=price(), highest=HIGHEST_PRICE, size=RULED_SIZE)).to_arrow_table()


def sizes(items: pa.Table) -> dict[str, int]:
    """Number of codes of each role."""
    counted = items.group_by("role").aggregate([("idx", "count")])
    return dict(zip(counted["role"].to_pylist(), counted["idx_count"].to_pylist(), strict=True))
