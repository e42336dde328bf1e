"""A rule row that does not say that it looks beyond one person finds in each person's bills alone what it finds in all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.catalogue import RULE_TYPES
from rules.rule_type import GIVEN, RuleType
from tests.generated.batches import Batch, sample_batch
from tests.generated.differences import differences
from tests.generated.engine import judge_duckdb
from tests.generated.merging import crowd
from tests.generated.rule_rows import RuleRow
from tests.generated.world import Row
from tests.reference.judge import Result

SHAPES = sorted({rule_type.shape for rule_type in RULE_TYPES.values()})
SEEDS = range(12)
# Of the shapes all of whose types look beyond one person.
WHOLE_SHAPES = ("graph",)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape not in WHOLE_SHAPES])
def test_rows_that_do_not_look_beyond_one_person_find_the_same_in_his_bills_alone(shape: str) -> None:
    batch = crowd([sample_batch(type_id, seed) for seed in SEEDS for type_id in _types(shape)])
    batch = replace(batch, rules=[row for row in batch.rules if not _looks_beyond(row)])

    whole = _judged(batch, shape)

    assert len({finding["psn_no"] for finding in whole.findings}) > 1
    assert differences(whole, _judged_alone(batch, shape)) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("type_id", "param", "value"),
    [(type_id, *when) for type_id, rule_type in RULE_TYPES.items() for when in rule_type.beyond_person],
)
def test_rows_said_to_look_beyond_one_person_do(type_id: str, param: str, value: str) -> None:
    assert any(_depends_on_others(type_id, param, value, seed) for seed in range(40))


def test_every_shape_but_those_that_look_at_groups_has_rows_about_one_person() -> None:
    alone = {RULE_TYPES[row["rule_type_id"]].shape for type_id in RULE_TYPES for row in _rows(type_id) if not _looks_beyond(row)}

    assert sorted(set(SHAPES) - alone) == sorted(WHOLE_SHAPES)


def _depends_on_others(type_id: str, param: str, value: str, seed: int) -> bool:
    batch = crowd([sample_batch(type_id, seed), sample_batch(type_id, seed + 1000)])
    rules = [row for row in batch.rules if row.get(param) and value in (GIVEN, row[param])]
    if not rules:
        return False
    batch, shape = replace(batch, rules=rules), RULE_TYPES[type_id].shape
    return differences(_judged(batch, shape), _judged_alone(batch, shape)) != []


def _rows(type_id: str) -> list[RuleRow]:
    return [row for seed in SEEDS for row in sample_batch(type_id, seed).rules]


def _types(shape: str) -> dict[str, RuleType]:
    return {type_id: rule_type for type_id, rule_type in RULE_TYPES.items() if rule_type.shape == shape}


def _looks_beyond(row: RuleRow) -> bool:
    return RULE_TYPES[row["rule_type_id"]].looks_beyond_person(row)


def _judged(batch: Batch, shape: str) -> Result:
    return judge_duckdb(batch.tables, batch.rules, batch.conf, batch.months, _types(shape))


def _judged_alone(batch: Batch, shape: str) -> Result:
    """What is found when each person's rows are judged without anyone else's."""
    together = Result()
    for person in sorted({str(visit["psn_no"]) for visit in batch.tables["mdtrt_d"]}):
        alone = _judged(replace(batch, tables=_of_person(batch.tables, person)), shape)
        together.findings += alone.findings
        together.detl += alone.detl
        together.refuse_list += alone.refuse_list
    return together


def _of_person(tables: dict[str, list[Row]], person: str) -> dict[str, list[Row]]:
    """The person's own rows, and every row that is nobody's."""
    visits = {visit["mdtrt_id"] for visit in tables["mdtrt_d"] if visit["psn_no"] == person}
    return {
        name: [row for row in rows if row.get("psn_no", person) == person and row.get("mdtrt_id") in (None, *visits)]
        for name, rows in tables.items()
    }
