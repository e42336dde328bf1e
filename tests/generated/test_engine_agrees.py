"""The embedded engine finds in generated batches exactly what the plain-Python reference finds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.catalogue import RULE_TYPES
from tests.generated.batches import Batch, batches, sample_batch
from tests.generated.differences import differences
from tests.generated.engine import judge_duckdb
from tests.generated.merging import merged
from tests.reference.judge import judge

BUILT = list(RULE_TYPES)
SHAPES = sorted({rule_type.shape for rule_type in RULE_TYPES.values()})
SAMPLES = 12


def assert_agreement(batch: Batch) -> int:
    """The number of findings, once both sides agree on every one."""
    expected = judge(batch.tables, batch.rules, batch.conf, batch.months)
    got = judge_duckdb(batch.tables, batch.rules, batch.conf, batch.months)
    assert differences(expected, got) == []
    return len(expected.findings)


@pytest.mark.parametrize("first_seed", [0, 1000])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_engine_agrees_on_many_batches_of_a_shape(shape: str, first_seed: int) -> None:
    types = [type_id for type_id in BUILT if RULE_TYPES[type_id].shape == shape]
    seeds = range(first_seed, first_seed + SAMPLES)

    found = assert_agreement(merged([sample_batch(type_id, seed) for seed in seeds for type_id in types]))

    assert found > 0


@pytest.mark.long
@pytest.mark.parametrize("first_seed", [0, 1000])
def test_the_engine_agrees_when_all_types_refuse_the_same_lines(first_seed: int) -> None:
    seeds = range(first_seed, first_seed + 2)

    found = assert_agreement(merged([sample_batch(type_id, seed) for seed in seeds for type_id in BUILT]))

    assert found > 0


@pytest.mark.long
@given(batch=st.deferred(lambda: batches(BUILT)))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_engine_agrees_on_whatever_hypothesis_draws(batch: Batch) -> None:
    assert_agreement(batch)
