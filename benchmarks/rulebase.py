"""The rule base of the benchmarks: the full demo base, its parts and its tenfold."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.audit import RuleBase
from lake import knowledge
from rules.book.typing import load_rulebook
from rules.demo.base import write_demo_rulebase
from rules.demo.catalogue import build_catalogue
from rules.national.points import read_points

SEED = 1
# Codes of the catalogue in the JSON text of the parameters: drugs, slices, services, consumables.
_CODE = r"\b(X[A-Z0-9]{22}|Z[A-Z0-9]{19}|T[0-9]{9}|C[0-9]{19}|[0-9]{15})\b"

# Copies of every rule that names codes, and no code by prefix, under ids and codes of their own.
_COPIES = f"""
SELECT rule_type_id, rule_id || '-C' || copy AS rule_id, rule_ver, begndate, enddate, sev_deg, control_mode, insutype,
    med_class, hosp_lv, poolarea, exempt_dept, exempt_diag, stas, gz_code, src_doc, tip,
    regexp_replace(params, '{_CODE}', '\\1N' || copy, 'g') AS params, origin, file, line_no
FROM base CROSS JOIN range(1, $times) AS copies(copy)
WHERE regexp_matches(params, '{_CODE}') AND NOT contains(params, '*"') AND NOT contains(params, '*;')
"""


def full_base(folder: Path) -> RuleBase:
    """The demo rule base, written to ``folder`` once, with the group of each code of its catalogue beside it."""
    stored = folder / "loaded.parquet"
    if not stored.is_file():
        write_demo_rulebase(folder, SEED)
        codes = build_catalogue(read_points(knowledge.national_points()), SEED).codes
        groups = pa.table(
            {"med_list_codg": codes["med_list_codg"].tolist(), "grp": codes["group"].tolist(), "sex": codes["sex"].tolist()}
        )
        pq.write_table(groups, folder / "catalogue" / "group.parquet")
        book = load_rulebook(folder)
        pq.write_table(book.rules.replace_schema_metadata({"rulebook_ver": book.rulebook_ver}), stored)
    rules = pq.read_table(stored)
    return RuleBase(rules, rules.schema.metadata[b"rulebook_ver"].decode())


def only(base: RuleBase, types: Collection[str]) -> RuleBase:
    """The rules of ``types`` alone."""
    listed = pa.array(sorted(types))
    return RuleBase(base.rules.filter(pa.compute.is_in(base.rules["rule_type_id"], listed)), base.rulebook_ver)


def times(base: RuleBase, number: int) -> tuple[RuleBase, pa.Table]:
    """The base and ``number`` - 1 copies of its rules that name codes, whose codes nobody bills; and those codes.

    The codes join the lake's dictionary (kind, code), so that the copies are compiled and stand in every join.
    """
    with duckdb.connect() as connection:
        connection.register("base", base.rules)
        copies: pa.Table = connection.execute(_COPIES, {"times": number}).to_arrow_table()
        connection.register("copies", copies)
        codes: pa.Table = connection.execute(
            """SELECT 'med' AS kind, code FROM (
                SELECT DISTINCT unnest(regexp_extract_all(params, '[A-Z0-9]+N[0-9]')) AS code FROM copies) ORDER BY code"""
        ).to_arrow_table()
    return RuleBase(pa.concat_tables([base.rules, copies.cast(base.rules.schema)]), base.rulebook_ver), codes
