"""Batches repeat, and hit: a batch that finds nothing compares nothing."""

from __future__ import annotations

import pytest

from tests.generated.batches import sample_batch
from tests.reference.judge import TYPES, judge

SEEDS = range(60)


def test_a_seed_gives_the_same_batch_again() -> None:
    assert sample_batch("V14", 7) == sample_batch("V14", 7)
    assert sample_batch("V14", 7) != sample_batch("V14", 8)


@pytest.mark.parametrize("rule_type_id", TYPES)
def test_some_batches_of_every_type_have_findings(rule_type_id: str) -> None:
    batches = [sample_batch(rule_type_id, seed) for seed in SEEDS]

    found = [bool(judge(b.tables, b.rules, b.conf, b.months).findings) for b in batches]

    assert any(found)
    assert not all(found)
