"""The rule files as DuckDB tables: which codes they name, and which codes no rule names at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from python_calamine import CalamineWorkbook

from lake.errors import BadInput

COMMON = [
    "rule_id", "rule_ver", "begndate", "enddate", "sev_deg", "control_mode", "insutype", "med_class", "hosp_lv",
    "poolarea", "exempt_dept", "exempt_diag", "stas",
]  # fmt: skip
# Own parameters of each type, as the contract's rule_types.yaml names them.
PARAMETERS = {
    "V01": "med_list_codg diag_set alt_item_codes accept_filing",
    "V02": "med_list_codg allowed_gend",
    "V03": "med_list_codg age_unit age_min age_max",
    "V04": "med_list_codg age_unit age_min age_max",
    "V05": "med_list_codg min_rank max_rank",
    "V06": "med_list_codg limited_to allowed_insutype diag_set",
    "V07": "med_list_codg allowed_class internet skip_first_days skip_last_days",
    "V08": "med_list_codg first_line_codes lookback_days repeat_free_days",
    "V09": "med_list_codg max_days period restart_gap day_basis",
    "V10": "variant med_list_codg diag_set",
    "V11": "variant opsp_dise_code med_list_codg need_filing",
    "V12": "opsp_dise_code item_codes list_type period measure limit_amt",
    "V13": "variant med_list_codg price_cap second_pct group_codes",
    "V14": "group_a group_b window cnt_rule",
    "V15": "bundle_code bundle_price component_codes min_components window",
    "V16": "item_codes window limit_otp limit_ipt block_days day_rule",
    "V17": "variant med_list_codg allowed_dept max_duty_code",
    "V18": "med_list_codg required_codes required_oprn required_diag window",
    "V19": "med_list_codg label_set uncertain_set history_days",
    "V20": "med_list_codg basis max_daily_dose dose_unit unit_dose tolerance age_min age_max",
    "V21": "variant med_list_codg max_days advance_days pack_units daily_units list_type max_kinds",
    "V22": "variant med_list_codg max_days chronic_set chronic_max_days pack_units daily_units max_kinds",
    "V23": "med_list_codg group_code ingredient allowed_with min_overlap_days",
    "V24": "variant med_list_codg contra_set age_unit age_min age_max matn_stas",
    "V25": "code_a code_b window amount_mode",
    "V26": "variant med_list_codg unit_grams max_grams",
    "V27": "variant item_codes cnt_per_exec tolerance_cnt grace_hours",
    "V28": "variant item_codes rec_type max_delay_days chrgitm_lv min_amt",
    "V29": "variant code_set allowed_gend age_unit age_min age_max required_diag grace_hours exempt_codes",
    "S01": "gap_days link diag_rule diag_set skip_dscg_way min_sim",
    "S02": "variant min_days passive_types",
    "S03": "mild_set max_days max_fee exam_share age_from age_to",
    "S04": "variant min_hours removed_oprn later_diag cluster_minutes cluster_persons",
    "S05": "variant injury_set keywords filing_days",
    "S06": "variant item_codes indication_set repeat_days z_min min_cases min_peers",
    "S07": "variant item_codes indication_set max_kinds oprn_set max_days",
    "S08": "metric period max_count z_min min_peers",
    "S09": "variant item_codes tolerance_pct tolerance_cnt unit_factor",
    "S10": "diag_set oprn_flag metric item_codes period direction z_min min_cases min_peers",
    "S11": "variant min_size gap_days min_common same_employer lookback_months min_sim fee_bucket max_block min_share",
}
# Parameters that hold catalogue codes. exempt_codes of V29 only spares lines, so it burdens no code.
CODE_PARAMETERS = [
    "med_list_codg", "alt_item_codes", "first_line_codes", "item_codes", "group_codes", "group_a", "group_b",
    "bundle_code", "component_codes", "required_codes", "allowed_with", "code_a", "code_b",
]  # fmt: skip


def open_rules(folder: Path) -> duckdb.DuckDBPyConnection:
    """Tables ``V01`` … ``S11`` (all text, empty = NULL, a type without a file is empty), ``catalogue``,
    ``named`` (code, type_id, rule_id: every exact entry), ``named_prefix`` (prefix) and ``free`` (catalogue rows no rule names).
    """
    rules = duckdb.connect()
    rules.execute("SET threads = 2")
    for type_id, own in PARAMETERS.items():
        load_type(rules, folder, type_id, COMMON + own.split())
    catalogue = folder / "catalogue" / "catalog_d.parquet"
    if not catalogue.is_file():
        raise BadInput(f"{catalogue}: the catalogue of the demo rule base is missing")
    rules.execute(f"CREATE TABLE catalogue AS SELECT * FROM read_parquet('{catalogue}')")
    name_codes(rules)
    return rules


def load_type(rules: duckdb.DuckDBPyConnection, folder: Path, type_id: str, columns: list[str]) -> None:
    """Create the table of one type with exactly ``columns``; what its file lacks is NULL."""
    source = source_of(rules, folder, type_id)
    given = {row[0] for row in rules.execute(f"DESCRIBE {source}").fetchall()}
    texts = [f'NULLIF(trim(CAST("{c}" AS VARCHAR)), \'\') AS "{c}"' if c in given else f'NULL::VARCHAR AS "{c}"' for c in columns]
    rules.execute(f"CREATE TABLE {type_id} AS SELECT {', '.join(texts)} FROM {source}")


def source_of(rules: duckdb.DuckDBPyConnection, folder: Path, type_id: str) -> str:
    """The query that reads a type's file; an empty relation if there is none."""
    parquet, csv, workbook = (folder / f"{type_id}.{suffix}" for suffix in ("parquet", "csv", "xlsx"))
    if parquet.is_file():
        return f"(FROM read_parquet('{parquet}'))"
    if csv.is_file():
        return f"(FROM read_csv('{csv}', header = true, all_varchar = true))"
    if workbook.is_file():
        head, *body = CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).to_python()
        sheet = f"sheet_{type_id}"
        rules.register(sheet, pd.DataFrame(body, columns=[str(cell) for cell in head], dtype=str))
        return f"(FROM {sheet})"
    return "(SELECT NULL::VARCHAR AS rule_id WHERE false)"


def name_codes(rules: duckdb.DuckDBPyConnection) -> None:
    """Make ``named``, ``named_prefix`` and ``free``."""
    entries = [
        f"SELECT trim(unnest(string_split({parameter}, ';'))) AS entry, '{type_id}' AS type_id, rule_id, rule_ver FROM {type_id}"
        for type_id, own in PARAMETERS.items()
        for parameter in own.split()
        if parameter in CODE_PARAMETERS
    ]
    rules.execute(f"CREATE TEMP TABLE entry AS {' UNION ALL '.join(entries)}")
    rules.execute(
        "CREATE TABLE named AS SELECT DISTINCT entry AS code, type_id, rule_id, rule_ver FROM entry "
        "WHERE entry <> '' AND NOT ends_with(entry, '*')"
    )
    rules.execute(
        "CREATE TABLE named_prefix AS SELECT DISTINCT rtrim(entry, '*') AS prefix FROM entry WHERE ends_with(entry, '*')"
    )
    rules.execute("""
        CREATE TABLE under_prefix AS
        SELECT DISTINCT med_list_codg AS code FROM catalogue JOIN named_prefix ON starts_with(med_list_codg, prefix)
    """)
    rules.execute("""
        CREATE TABLE free AS
        SELECT * FROM catalogue
        WHERE med_list_codg NOT IN (SELECT code FROM named) AND med_list_codg NOT IN (SELECT code FROM under_prefix)
    """)
    # Codes that exactly one rule row names: such a line is judged by that row alone.
    rules.execute("""
        CREATE TABLE named_once AS
        SELECT code, min(type_id) AS type_id, min(rule_id) AS rule_id FROM named
        WHERE code NOT IN (SELECT code FROM under_prefix)
        GROUP BY code HAVING count(*) = 1
    """)
