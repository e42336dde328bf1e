"""The lint job: what is wrong with a rule base, row by row, before it judges anything."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cases.fields import Field
from jobs.ingest import current_rows
from jobs.relations import region_of
from jobs.rule_tables import save, show, type_name
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.knowledge import icd9cm3, icd10
from lake.publications import last, read_published
from lake.tables import CATALOG_D, CODE_DICT
from rules.book.reading import CATALOGUE
from rules.book.typing import Rulebook, load_rulebook
from rules.demo.icd import read_code_lists
from rules.lint.run import CHECKS, Lint, lint

FAULT, NOTICE = "错误", "提示"
FIELDS = (
    Field("title", "检查项", 24),
    Field("level", "级别", 6),
    Field("rule_type", "规则类型", 22),
    Field("rule_id", "规则编号", 18),
    Field("rule_ver", "版本", 6),
    Field("param", "字段", 16),
    Field("problem", "问题", 48),
    Field("other_rule_id", "相关规则", 18),
    Field("other_rule_ver", "相关版本", 8),
)
COUNT_FIELDS = (*FIELDS[:2], Field("rows", "行数", 8, "int"))
SHARE_FIELDS = (
    FIELDS[2],
    Field("rows", "规则行数", 10, "int"),
    Field("official", "官方", 10, "int"),
    Field("generated", "生成", 10, "int"),
    Field("other", "其他", 10, "int"),
    Field("share", "官方占比", 8),
)
REFUSED = "规则行被拒收"
SHOWN = 3  # rows of a check on screen


def lint_rules(folder: Path, lake: Path | None, csv: Path | None, strict: bool, settings: Settings) -> None:
    """Prints what the checks find in the rule base of ``folder`` and writes all of it to ``csv``.

    ``strict``: BadInput if a row cannot do what it says.
    """
    rulebook = load_rulebook(folder)
    codes = _published_codes(lake, settings) if lake else _codes_beside(folder)
    found = lint(rulebook.rules, codes, region_of(settings))
    rows = [*_refused(rulebook), *_found(found)]
    counts = Counter((row["title"], row["level"]) for row in rows)
    levels = {REFUSED: FAULT} | {check.title: _level(check.is_fault) for check in CHECKS}
    listed = [{"title": title, "level": level, "rows": counts[title, level]} for title, level in levels.items()]
    show(f"规则库检查：{rulebook.rules.num_rows:,} 行，版本 {rulebook.rulebook_ver}", COUNT_FIELDS, listed)
    if "med" not in codes["kind"].unique().to_pylist():
        print("没有药品项目目录（--lake 或规则目录下的 catalogue/catalog_d.parquet），未检查目录编码")
    for title in levels:
        first = [row for row in rows if row["title"] == title][:SHOWN]
        if first:
            show(f"{title}（前 {len(first)} 行）", FIELDS[2:], first)
    show("来源占比", SHARE_FIELDS, [_share(share) for share in found.shares])
    save(csv, FIELDS, rows)
    faults = sum(number for (_, level), number in counts.items() if level == FAULT)
    if strict and faults:
        raise BadInput(f"{folder}: faults in rule rows: {faults:,}; without --strict they are only reported")


def _codes_beside(folder: Path) -> pa.Table:
    """The codes of the catalogue that lies beside the rule files, if one does, and of the national lists."""
    file = folder / CATALOGUE / f"{CATALOG_D.name}.parquet"
    if not file.is_file():
        return _national_codes()
    try:
        items = pq.read_table(file, columns=["med_list_codg", "list_type"])
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{CATALOGUE}/{file.name}: is no readable Parquet file with med_list_codg and list_type") from error
    return pa.concat_tables([_national_codes(), _table("med", items["med_list_codg"], items["list_type"])])


def _published_codes(lake_path: Path, settings: Settings) -> pa.Table:
    """The codes of the lake's catalogue and bills as published, and of the national lists.

    Without a catalogue the codes billed so far are none: another may be billed tomorrow.
    """
    lake = open_published(lake_path, settings)
    publication = last(lake)
    if publication is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    billed = read_published(lake, CODE_DICT, publication).toArrow().select(["kind", "code"])
    codes = [_national_codes()]
    if CATALOG_D.name in publication.versions:
        items = current_rows(lake, CATALOG_D, publication.versions).select("med_list_codg", "list_type").toArrow()
        codes.append(_table("med", items["med_list_codg"], items["list_type"]))
    for row_kind in ("diag", "oprn", *(("med",) if len(codes) > 1 else ())):
        codes.append(_table(row_kind, billed.filter(pc.equal(billed["kind"], row_kind))["code"]))
    return pa.concat_tables(codes)


def _national_codes() -> pa.Table:
    lists = read_code_lists(icd10(), icd9cm3())
    parts = (_table("diag", pa.array(lists.diagnoses)), _table("oprn", pa.array(lists.operations)))
    return pa.concat_tables(parts)


def _table(kind: str, codes: pa.Array, list_types: pa.Array | None = None) -> pa.Table:
    """Codes of one kind as rules/lint takes them."""
    columns = [pa.array([kind] * len(codes), pa.string()), codes.cast(pa.string())]
    columns.append(pa.nulls(len(codes), pa.string()) if list_types is None else list_types.cast(pa.string()))
    return pa.table(columns, names=["kind", "code", "list_type"])


def _refused(rulebook: Rulebook) -> list[dict[str, Any]]:
    return [
        {
            "title": REFUSED,
            "level": FAULT,
            "rule_type": type_name(reject["rule_type_id"]),
            "rule_id": reject["rule_id"],
            "rule_ver": reject["rule_ver"],
            "param": reject["param"],
            "problem": f"{reject['file']} 第 {reject['line_no']} 行：{reject['reason']}",
        }
        for reject in rulebook.rejects.to_pylist()
    ]


def _found(found: Lint) -> list[dict[str, Any]]:
    return [
        row | {
            "title": CHECKS[row["check_no"]].title,
            "level": _level(CHECKS[row["check_no"]].is_fault),
            "rule_type": type_name(row["rule_type_id"]),
        }
        for row in found.found.to_pylist()
    ]  # fmt: skip


def _level(is_fault: bool) -> str:
    return FAULT if is_fault else NOTICE


def _share(share: dict[str, Any]) -> dict[str, Any]:
    """The official rows in whole percent, rounded down: 100% is all of them."""
    percent = share["official"] * 100 // share["rows"]
    return share | {"rule_type": type_name(share["rule_type_id"]), "share": f"{percent}%"}
