"""The import job: a rule base enters the lake as the proposed one, beside the one that judges."""

from __future__ import annotations

import logging
from pathlib import Path

import pyarrow as pa

from jobs.run import recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import last
from lake.startup import check_lake
from lake.tables import RULE, RULE_PROPOSED, RULE_PROPOSED_REJECTS
from rules.book.typing import Rulebook, load_rulebook

log = logging.getLogger(__name__)


def import_rules(lake_path: Path, folder: Path, settings: Settings) -> Rulebook:
    """Replaces the proposed rule base of the lake by that of ``folder``; the same rule base again changes nothing.

    Nothing is judged and nothing published: findings, and the rule base that nights judge by, stay as they are.
    """
    rulebook = load_rulebook(folder)
    for note in rulebook.notes:
        log.warning("rules: %s", note)
    if rulebook.rules.num_rows == 0:
        raise BadInput(f"{folder}: no rule row of it can be used")
    lake = open_published(lake_path, settings)
    with recorded(lake_path, "rules import"), one_writer(lake_path):
        check_lake(lake_path)
        if last(lake) is None:
            raise BadInput(f"{lake_path}: nothing is published in this lake yet; run `fundguard nightly` first")
        version = pa.array([rulebook.rulebook_ver] * rulebook.rules.num_rows, pa.string())
        rows = rulebook.rules.select(RULE.names).append_column("rulebook_ver", version)
        # The rejects first: whoever reads the rows finds the rejects of theirs or of a newer one.
        lake.replace_changed(RULE_PROPOSED_REJECTS, lake.spark.createDataFrame(rulebook.rejects))
        lake.replace_changed(RULE_PROPOSED, lake.spark.createDataFrame(rows))
    return rulebook
