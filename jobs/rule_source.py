"""Rule bases by the name that a person gives them: a folder of rule files, a lake, a version that a lake holds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.audit import RuleBase
from jobs.settings import Settings
from jobs.spark import open_published
from lake.commits import log_folder
from lake.errors import BadInput
from lake.places import place
from lake.publications import last, last_under, read_published
from lake.store import Lake
from lake.tables import PUBLICATIONS, RULE, RULE_PROPOSED
from rules.book.typing import load_rulebook


def rule_base(source: str, settings: Settings) -> RuleBase:
    """The rule base of ``source``: a folder of rule files, a lake (its active base) or ``LAKE@rulebook_ver``.

    BadInput if there is none.
    """
    folder = place(source)
    if log_folder(folder / PUBLICATIONS.name).is_dir():
        return active_base(open_published(folder, settings))
    if folder.is_dir():
        return base_of_files(folder)
    lake_path, at, rulebook_ver = source.rpartition("@")
    if not at:
        raise BadInput(f"{source}: no such folder of rule files, and no lake")
    return stored_base(open_published(place(lake_path), settings), rulebook_ver)


def base_of_files(folder: Path) -> RuleBase:
    """The rule base of a folder of rule files."""
    rulebook = load_rulebook(folder)
    return RuleBase(rulebook.rules.select(RULE.names), rulebook.rulebook_ver)


def active_base(lake: Lake) -> RuleBase:
    """The rule base of the last publication."""
    published = last(lake)
    if published is None:
        raise BadInput(f"{lake.path}: nothing is published in this lake yet")
    return RuleBase(read_published(lake, RULE, published).toArrow(), published.rulebook_ver)


def stored_base(lake: Lake, rulebook_ver: str) -> RuleBase:
    """The rule base of that version: one that a night judged by, or the proposed one."""
    published = last_under(lake, rulebook_ver)
    if published is not None:
        return RuleBase(read_published(lake, RULE, published).toArrow(), rulebook_ver)
    rules = _proposed_rows(lake, rulebook_ver)
    if rules.num_rows == 0:
        raise BadInput(f"{lake.path}: holds no rule base {rulebook_ver}")
    return RuleBase(rules, rulebook_ver)


def proposed_base(lake: Lake) -> RuleBase:
    """The rule base that was imported last."""
    named = lake.read(RULE_PROPOSED).select("rulebook_ver").first()
    if named is None:
        raise BadInput(f"{lake.path}: no rule base was imported; give --rules, or run `fundguard rules import`")
    return RuleBase(_proposed_rows(lake, named.rulebook_ver), named.rulebook_ver)


def _proposed_rows(lake: Lake, rulebook_ver: str) -> pa.Table:
    rows = lake.read(RULE_PROPOSED).where(F.col("rulebook_ver") == F.lit(rulebook_ver))
    return rows.select(*RULE.names).toArrow()
