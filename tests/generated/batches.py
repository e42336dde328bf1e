"""Whole batches: from a seed for thousands of them, or drawn by hypothesis, which then shrinks what fails."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from tests.generated.pools import MONTHS
from tests.generated.records import further_tables
from tests.generated.rule_rows import RuleRow, rule_rows
from tests.generated.world import Row, World


@dataclass(frozen=True)
class Batch:
    """Input of one run: tables and rules as text, configuration, and the months judged."""

    tables: dict[str, list[Row]]
    rules: list[RuleRow]
    conf: dict[str, str]
    months: list[str]


def sample_batch(rule_type_id: str, seed: int) -> Batch:
    """The batch of a type and a seed: the same on every machine."""
    return make_batch(rule_type_id, Random(f"{rule_type_id}:{seed}"))  # noqa: S311


def batches(rule_type_ids: list[str]) -> st.SearchStrategy[Batch]:
    """Batches for one of the types each."""
    randoms = st.randoms(use_true_random=False)
    return st.builds(make_batch, st.sampled_from(sorted(rule_type_ids)), randoms)


def make_batch(rule_type_id: str, rnd: Random) -> Batch:
    """One batch for rules of one type."""
    rules = rule_rows(rnd, rule_type_id)
    world = World(rnd, rule_type_id)
    core = {"mdtrt_d": world.visits, "setl_d": world.settlements, "fee_list_d": world.lines}
    if rnd.random() < 0.95:
        core["diag_d"] = world.diagnoses
    return Batch(_squared(core | further_tables(rnd, world)), rules, _conf(rnd), rnd.choice(MONTHS))


def _conf(rnd: Random) -> dict[str, str]:
    conf = {"history_from": rnd.choice(["2024-01-01", "2025-03-01", "2025-03-08"])}
    if rnd.random() < 0.2:
        conf["as_of"] = rnd.choice(["2025-03-15", "2025-03-31"])
    if rnd.random() < 0.1:
        conf["refuse.include_drg"] = "true"
    return conf


def _squared(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """An empty text is a missing value, as a landing file says it."""
    return {name: [{k: v or None for k, v in row.items()} for row in rows] for name, rows in tables.items()}
