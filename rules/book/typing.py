"""Rule rows typed and tested: what loads, what is refused and why, and the hash that names the loaded set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from lake.errors import BadInput
from rules.book import cells
from rules.book.columns import COMMON, MACROS, canonical, common_columns, common_faults, param_faults, raw, typed_param
from rules.book.reading import RuleFile, read_rule_file, rule_files
from rules.catalogue import RULE_TYPES
from rules.rule_type import RuleType


@dataclass(frozen=True)
class Rulebook:
    """The rule base of one folder.

    ``rules``: the rows that load, in (catalogue order, rule_id, rule_ver): rule_type_id, the common columns typed and
    with their defaults, ``params`` (JSON text, sorted keys, empty ones left out), origin, file, line_no.
    ``rejects``: file, line_no, rule_type_id, rule_id, rule_ver, param, reason; in (catalogue order, line_no).
    ``rulebook_ver``: first 16 hex digits of the SHA-256 of the loaded content, whatever the files' format and order.
    ``notes``: what else a person should know: files ignored, columns ignored, rows repeated.
    """

    rules: pa.Table
    rejects: pa.Table
    rulebook_ver: str
    notes: list[str]


_TYPED = """
CREATE TEMP TABLE typed (
    type_order INTEGER, rule_type_id VARCHAR, rule_id VARCHAR, rule_ver INTEGER, begndate DATE, enddate DATE,
    sev_deg INTEGER, control_mode VARCHAR, insutype VARCHAR, med_class VARCHAR, hosp_lv VARCHAR, poolarea VARCHAR,
    exempt_dept VARCHAR, exempt_diag VARCHAR, stas VARCHAR, gz_code VARCHAR, src_doc VARCHAR, tip VARCHAR,
    params VARCHAR, origin VARCHAR, file VARCHAR, line_no BIGINT, ver_text VARCHAR,
    fault STRUCT(param VARCHAR, reason VARCHAR))
"""

# The rows without a fault of their own, tested against each other: the first row in file order stands.
_COMPARED = """
CREATE TEMP TABLE compared AS
WITH content AS (
    SELECT *, CAST(to_json([rule_type_id, rule_id, CAST(rule_ver AS VARCHAR), CAST(begndate AS VARCHAR),
        CAST(enddate AS VARCHAR), CAST(sev_deg AS VARCHAR), control_mode, insutype, med_class, hosp_lv, poolarea,
        exempt_dept, exempt_diag, stas, gz_code, src_doc, tip, params, origin]) AS VARCHAR) AS content
    FROM typed WHERE fault IS NULL
),
placed AS (
    SELECT *, first_value(type_order) OVER same_rule AS owner, first_value(file) OVER same_rule AS owner_file,
        first_value(content) OVER same_version AS first_content, first_value(line_no) OVER same_version AS first_line,
        row_number() OVER same_version AS nth
    FROM content
    WINDOW same_rule AS (PARTITION BY rule_id ORDER BY type_order, line_no),
        same_version AS (PARTITION BY rule_id, type_order, rule_ver ORDER BY line_no)
)
SELECT * EXCLUDE (fault, owner, owner_file, first_content, first_line, nth),
    owner = type_order AND nth > 1 AND content = first_content AS is_repeat,
    CASE
        WHEN owner <> type_order THEN {'param': 'rule_id',
            'reason': 'rule_id already stands in ' || owner_file || '; a rule_id must belong to one rule type'}
        WHEN nth > 1 AND content <> first_content THEN {'param': 'rule_id',
            'reason': 'line ' || first_line || ' has other content under this rule_id and rule_ver; '
                || 'a changed rule must have a higher rule_ver'}
    END AS fault
FROM placed
"""

# One list row of V11 for each disease: its versions may follow each other, another rule may not name it again.
_SECOND_LIST_ROW = """
CREATE TEMP TABLE second_list_row AS
WITH list_row AS (
    SELECT rule_id, line_no, params->>'$.opsp_dise_code' AS disease
    FROM compared
    WHERE rule_type_id = 'V11' AND fault IS NULL AND NOT is_repeat AND stas <> 'retired'
        AND params->>'$.variant' = 'list'
),
placed AS (
    SELECT rule_id, line_no, first_value(rule_id) OVER same_disease AS owner,
        first_value(line_no) OVER same_disease AS owner_line
    FROM list_row
    WINDOW same_disease AS (PARTITION BY disease ORDER BY line_no)
)
SELECT 'V11' AS rule_type_id, line_no, {'param': 'opsp_dise_code',
    'reason': 'line ' || owner_line || ' is already the list row of this disease; each disease must have one'} AS fault
FROM placed WHERE rule_id <> owner
"""

_LOADED = """
CREATE TEMP TABLE accepted AS
SELECT * EXCLUDE (fault, is_repeat, ver_text)
FROM compared ANTI JOIN second_list_row USING (rule_type_id, line_no)
WHERE fault IS NULL AND NOT is_repeat
"""

_REJECTS = """
SELECT file, line_no, rule_type_id, rule_id, ver_text AS rule_ver, fault.param AS param, fault.reason AS reason
FROM (
    SELECT type_order, file, line_no, rule_type_id, rule_id, ver_text, fault FROM typed WHERE fault IS NOT NULL
    UNION ALL
    SELECT type_order, file, line_no, rule_type_id, rule_id, ver_text, fault FROM compared WHERE fault IS NOT NULL
    UNION ALL
    SELECT type_order, file, line_no, rule_type_id, rule_id, ver_text, second_list_row.fault
    FROM compared JOIN second_list_row USING (rule_type_id, line_no)       -- unique lines
)
ORDER BY type_order, line_no
"""


def load_rulebook(folder: Path) -> Rulebook:
    """The rule base of ``folder``: one file for each rule type. BadInput if a file or a required column is missing."""
    files, notes = rule_files(folder)
    with duckdb.connect() as connection:
        for statement in (*MACROS, _TYPED):
            connection.execute(statement)
        for rule_type_id, path in files.items():
            _type_file(connection, read_rule_file(rule_type_id, path), notes)
        for statement in (_COMPARED, _SECOND_LIST_ROW, _LOADED):
            connection.execute(statement)
        [(repeats,)] = connection.sql("SELECT count(*) FROM compared WHERE is_repeat").fetchall()
        if repeats:
            notes.append(f"{repeats} rows repeat an earlier row word for word and were loaded once")
        in_order = "ORDER BY type_order, rule_id, rule_ver"
        rules = connection.sql(f"SELECT * EXCLUDE (type_order, content) FROM accepted {in_order}").to_arrow_table()
        content = connection.sql(f"SELECT content FROM accepted {in_order}").to_arrow_table()
        return Rulebook(rules, connection.sql(_REJECTS).to_arrow_table(), _version(content["content"]), notes)


def _version(content: pa.ChunkedArray) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks:
        digest.update("".join(f"{text}\n" for text in chunk.to_pylist()).encode())
    return digest.hexdigest()[:16]


def _type_file(connection: duckdb.DuckDBPyConnection, file: RuleFile, notes: list[str]) -> None:
    """Adds the file's rows to ``typed``, each with its first fault if it has one."""
    rule_type = RULE_TYPES[file.rule_type_id]
    known = [*COMMON, "origin", *[param.name for param in rule_type.params]]
    have = set(file.rows.column_names)
    for needed in ("rule_id", *[param.name for param in rule_type.params if param.required]):
        if needed not in have:
            raise BadInput(f"{file.name}: the column {needed} is missing; {rule_type.id} needs it")
    unknown = sorted(have - set(known) - {cells.LINE_NO})
    if unknown:
        notes.append(f"{file.name}: unknown columns ignored: {', '.join(unknown)}")
    type_order = list(RULE_TYPES).index(rule_type.id)
    connection.register("incoming", file.rows)
    connection.execute(f"INSERT INTO typed {_typing_query(rule_type, type_order, have)}", [file.name])
    connection.unregister("incoming")
    for line_no, reason in file.ragged:
        connection.execute(
            "INSERT INTO typed (type_order, rule_type_id, file, line_no, fault) VALUES (?, ?, ?, ?, ?)",
            [type_order, rule_type.id, file.name, line_no, {"param": None, "reason": reason}],
        )


def _typing_query(rule_type: RuleType, type_order: int, have: set[str]) -> str:
    """One row of ``typed`` for each row of ``incoming``."""
    lists = {param.name for param in rule_type.params if param.kind == "list"}
    names = [*COMMON, "origin", *[param.name for param in rule_type.params]]
    texts = []
    for name in names:
        text = f'"{name}"' if name in have else "CAST(NULL AS VARCHAR)"
        # A list without any entry is empty.
        text = f"CASE WHEN len(entries({text})) > 0 THEN {text} END" if name in lists else text
        texts.append(f"{text} AS {raw(name)}")
    typed = [*common_columns(rule_type), *[typed_param(param) for param in rule_type.params]]
    faults = "\n".join(fault.sql() for fault in [*common_faults(), *param_faults(rule_type)])
    members = [
        f"""'"{param.name}":' || CAST(to_json({canonical(param)}) AS VARCHAR)"""
        for param in sorted(rule_type.params, key=lambda param: param.name)
    ]
    return f"""
        WITH incoming_text AS (SELECT "{cells.LINE_NO}" AS line_no, {", ".join(texts)} FROM incoming),
        typed_row AS (SELECT *, {", ".join(typed)} FROM incoming_text),
        tested AS (SELECT *, CASE {faults} END AS fault FROM typed_row)
        SELECT {type_order}, '{rule_type.id}', rule_id, rule_ver, begndate, enddate, TRY_CAST(sev_deg AS INTEGER),
            {", ".join(COMMON[5:])}, '{{' || concat_ws(',', {", ".join(members)}) || '}}',
            {raw("origin")}, ?, line_no, coalesce({raw("rule_ver")}, '1'), fault
        FROM tested"""
