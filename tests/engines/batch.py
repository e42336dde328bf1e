"""One batch of everything: each example of the contract and sampled batches of every type, as one lake."""

from __future__ import annotations

from datetime import date

from lake.tables import SOURCE_TABLES
from rules.catalogue import RULE_TYPES
from rules.engines import Engine
from rules.judge import JudgedMonth
from tests.duck import judge_on, rule_rows
from tests.examples.contract import MONTH, Case, load_cases
from tests.generated.batches import Batch, sample_batch
from tests.generated.engine import accepted_rows
from tests.generated.merging import merged
from tests.reference.typing_rows import typed

HISTORY_FROM, AS_OF = date(2024, 1, 1), date(2025, 3, 31)


def everything(seeds: int) -> Batch:
    """All examples and ``seeds`` sampled batches of every type; no source table is absent."""
    examples = [_as_batch(case) for case in load_cases()]
    sampled = [sample_batch(type_id, seed) for seed in range(seeds) for type_id in RULE_TYPES]
    every_table = Batch({name: [] for name in SOURCE_TABLES}, [], {}, [MONTH])
    return merged([every_table, *examples, *sampled])


def _as_batch(case: Case) -> Batch:
    return Batch(case.tables, case.rules, case.conf, [case.month])


def judge_batch(engine: Engine, batch: Batch) -> None:
    """Makes ``finding``, ``finding_detl`` and ``refuse_list`` of the batch on the engine."""
    kept = {name: rows for name, rows in typed(batch.tables).items() if name in batch.tables}
    tables = {name: list(kept.get(name, [])) for name in batch.tables}
    months = [JudgedMonth(month, AS_OF) for month in batch.months]
    judge_on(engine, tables, rule_rows(accepted_rows(batch.rules)), months, HISTORY_FROM)
