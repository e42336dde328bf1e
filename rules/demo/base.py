"""Writing the demo rule base: official rows first, generated rows up to the type's count, the catalogue beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lake import knowledge
from rules.book.reading import CATALOGUE
from rules.catalogue import RULE_TYPES
from rules.demo.catalogue import COLUMNS, build_catalogue
from rules.demo.common import VERSION_DAYS, VERSION_SHARE, Columns, common_columns
from rules.demo.draw import Draw
from rules.demo.icd import read_code_lists
from rules.demo.pool import Pool, mark_use, mentions, use_as_written
from rules.demo.profiles import PROFILES
from rules.national.library import import_points
from rules.national.points import read_points
from rules.national.rows import columns_of
from rules.rule_type import RuleType

# Types whose rows are never versioned: V11 has one list row for a disease.
UNVERSIONED = ("V11",)


@dataclass(frozen=True)
class TypeCount:
    """Rows of one type in the base; ``official_over`` official rows found no place in its count."""

    rule_type_id: str
    official: int
    generated: int
    official_over: int


@dataclass(frozen=True)
class DemoReport:
    """What was written: counts of each type in catalogue order, codes of the catalogue by use."""

    types: tuple[TypeCount, ...]
    codes: dict[str, dict[str, int]]

    @property
    def rows(self) -> int:
        """Rows of all types."""
        return sum(one.official + one.generated for one in self.types)


def write_demo_rulebase(folder: Path, seed: int, share: float = 1.0) -> DemoReport:
    """Writes <type>.parquet of all types, catalogue/catalog_d.parquet and catalogue/code_use.parquet; what they hold.

    The same seed and share give the same content. ``share`` scales every count, with at least one row a type.
    """
    library = knowledge.national_points()
    catalogue = build_catalogue(read_points(library), seed, share).codes
    official, over = _official_tables(library, share)
    use = mark_use(catalogue, mentions(official), seed)
    pool = Pool(catalogue, use, seed)
    icd = read_code_lists(knowledge.icd10(), knowledge.icd9cm3())
    folder.mkdir(parents=True, exist_ok=True)
    counts, named_by = [], Counter[str]()
    for number, (rule_type_id, rule_type) in enumerate(RULE_TYPES.items()):
        first = official[rule_type_id]
        named = frozenset(mentions({rule_type_id: first}))
        count = wanted_rows(rule_type, share) - len(first)
        rng = np.random.default_rng([seed, number])
        made = _generated(Draw(rule_type_id, pool, icd, count, rng, named), rule_type, seed)
        rows = pd.concat([first, made], ignore_index=True)
        named_by += mentions({rule_type_id: rows})
        _write(rows, folder / f"{rule_type_id}.parquet")
        counts.append(TypeCount(rule_type_id, len(first), len(made), over[rule_type_id]))
    use = use_as_written(use, named_by)
    (folder / CATALOGUE).mkdir(exist_ok=True)
    _write(catalogue[list(COLUMNS)], folder / CATALOGUE / "catalog_d.parquet")
    _write(use, folder / CATALOGUE / "code_use.parquet")
    return DemoReport(tuple(counts), _code_counts(use))


def wanted_rows(rule_type: RuleType, share: float) -> int:
    """Rows of the type in a base of this share."""
    return max(1, round(rule_type.demo_rules * share))


def _official_tables(library: Path, share: float) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Official rows of each type, in the order of rule_id, and how many were above the type's count."""
    imported = import_points(library).rules
    tables, over = {}, {}
    for rule_type_id, rule_type in RULE_TYPES.items():
        rows = imported.get(rule_type_id, [])
        place = round(len(rows) * share) if share < 1 else len(rows)
        kept = rows[: min(place, wanted_rows(rule_type, share))]
        tables[rule_type_id] = pd.DataFrame(kept, columns=list(columns_of(rule_type)), dtype=object).replace("", None)
        over[rule_type_id] = place - len(kept)
    return tables, over


def _generated(draw: Draw, rule_type: RuleType, seed: int) -> pd.DataFrame:
    """The generated rows of one type in file format."""
    count = draw.count
    plain = len(draw.pool.singles(rule_type.id))
    columns: Columns = {
        **dict.fromkeys(columns_of(rule_type)),
        **common_columns(count, plain, draw.rng),
        "rule_id": [f"{rule_type.id}-G{number:07d}" for number in range(1, count + 1)],
        "rule_ver": "1",
        "gz_code": rule_type.gz_codes[0] if rule_type.gz_codes else None,
        "src_doc": f"generated for the demo (seed {seed})",
        "tip": f"演示规则：{rule_type.name_zh}",
        "origin": "generated",
    }
    if count:
        columns |= PROFILES[rule_type.id](draw)
    frame = pd.DataFrame(columns, columns=list(columns_of(rule_type)), index=range(count), dtype=object)
    return frame if rule_type.id in UNVERSIONED else _versioned(frame, plain, draw.rng)


def _versioned(frame: pd.DataFrame, plain: int, rng: np.random.Generator) -> pd.DataFrame:
    """Some rows become the second version of another row: the same rule, stricter from a day on."""
    pairs = int((len(frame) - plain) * VERSION_SHARE)
    if pairs == 0:
        return frame
    chosen = plain + rng.permutation(len(frame) - plain)[: 2 * pairs]
    old, new = chosen[:pairs], chosen[pairs:]
    frame.iloc[new] = frame.iloc[old].to_numpy()
    place = {name: frame.columns.get_loc(name) for name in ("rule_ver", "begndate", "enddate", "sev_deg")}
    last, first = VERSION_DAYS
    frame.iloc[old, place["begndate"]], frame.iloc[old, place["enddate"]] = None, last
    frame.iloc[new, place["begndate"]], frame.iloc[new, place["enddate"]] = first, None
    frame.iloc[new, place["rule_ver"]] = "2"
    frame.iloc[new, place["sev_deg"]] = "2"
    return frame


def _write(frame: pd.DataFrame, file: Path) -> None:
    """One Parquet file of text columns; missing is null."""
    columns = {name: pa.array(frame[name].to_numpy(dtype=object), type=pa.string()) for name in frame.columns}
    pq.write_table(pa.table(columns), file, compression="zstd")


def _code_counts(use: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Codes of each catalogue kind by use."""
    return {str(kind): dict(sorted(Counter(rows["use"]).items())) for kind, rows in use.groupby("list_type", sort=True)}


def demo_markdown(report: DemoReport) -> str:
    """Official and generated rows of each type, and the codes of the catalogue, as Markdown."""
    lines = ["# Demo rule base", "", "| type | official | generated | rows |", "|---|---:|---:|---:|"]
    for one in report.types:
        lines.append(f"| {one.rule_type_id} | {one.official} | {one.generated} | {one.official + one.generated} |")
    official = sum(one.official for one in report.types)
    lines += [f"| all | {official} | {report.rows - official} | {report.rows} |", ""]
    over = [f"{one.rule_type_id}: {one.official_over}" for one in report.types if one.official_over]
    lines += [f"Official rows above the count of their type: {', '.join(over) or 'none'}.", ""]
    lines += ["| list_type | free | single | ruled |", "|---|---:|---:|---:|"]
    for kind, uses in report.codes.items():
        lines.append(f"| {kind} | {uses.get('free', 0)} | {uses.get('single', 0)} | {uses.get('ruled', 0)} |")
    return "\n".join(lines) + "\n"
