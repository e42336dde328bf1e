"""One batch of everything: each example of the contract and sampled batches of every type, as one lake."""

from __future__ import annotations

from datetime import date

from rules.catalogue import RULE_TYPES
from rules.engines import Engine
from rules.judge import JudgedMonth
from tests.duck import judge_on, rule_rows
from tests.examples.boundary import load_boundaries
from tests.examples.case import AS_OF
from tests.examples.contract import load_cases
from tests.examples.merging import HISTORY_FROM, is_mergeable, merged_cases
from tests.generated.batches import Batch, sample_batch
from tests.generated.engine import accepted_rows
from tests.reference.typing_rows import typed

FIRST_DAY = date.fromisoformat(HISTORY_FROM)
MERGED_CASES = [case for case in load_cases() + load_boundaries() if is_mergeable(case)]


def everything(seeds: int) -> Batch:
    """All examples and ``seeds`` sampled batches of every type; no source table is absent."""
    sampled = [sample_batch(type_id, seed) for seed in range(seeds) for type_id in RULE_TYPES]
    return merged_cases(MERGED_CASES, sampled)


def judge_batch(engine: Engine, batch: Batch) -> None:
    """Makes ``finding``, ``finding_detl`` and ``refuse_list`` of the batch on the engine."""
    kept = {name: rows for name, rows in typed(batch.tables).items() if name in batch.tables}
    tables = {name: list(kept.get(name, [])) for name in batch.tables}
    months = [JudgedMonth(month, date.fromisoformat(AS_OF)) for month in batch.months]
    judge_on(engine, tables, rule_rows(accepted_rows(batch.rules)), months, FIRST_DAY)
