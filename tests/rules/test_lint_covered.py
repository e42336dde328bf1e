"""Over generated bills: a row that is said to add nothing adds nothing, and one that is said never to fire never fires."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from random import Random

import pyarrow as pa
import pytest

from rules.catalogue import RULE_TYPES
from rules.lint.run import CHECKS, lint
from tests.duck import REGION, rule_rows
from tests.generated.batches import Batch, sample_batch
from tests.generated.engine import accepted_rows, judge_duckdb
from tests.generated.merging import merged
from tests.generated.parameters import PARAMETERS
from tests.generated.rule_rows import RuleRow
from tests.reference.rulebook import Rulebook

SHAPES = sorted({rule_type.shape for rule_type in RULE_TYPES.values()})
SEEDS = range(8)
SCOPE = ("insutype", "med_class", "hosp_lv", "poolarea", "exempt_dept", "exempt_diag", "begndate", "enddate")
Key = tuple[str, str, str, str]


def with_copies(batch: Batch, seed: int) -> Batch:
    """The batch with three copies of each row, some alike, some with another parameter or without a limit of scope."""
    rnd = Random(seed)  # noqa: S311
    copies = [_changed(rnd, row) | {"rule_id": f"{row['rule_id']}c{n}"} for row in batch.rules for n in range(3)]
    kept = [row for row in copies if row["rule_type_id"] != "V11" and Rulebook([row]).rules]
    return Batch(batch.tables, [*batch.rules, *kept], batch.conf, batch.months)


def _changed(rnd: Random, row: RuleRow) -> RuleRow:
    drawn = PARAMETERS[row["rule_type_id"]]
    changed = dict(row)
    for name in rnd.sample(sorted(drawn), min(len(drawn), rnd.choice([0, 1, 1, 2]))):
        changed[name] = rnd.choice(drawn[name])
    for name in SCOPE:
        if rnd.random() < 0.5:
            changed.pop(name, None)
    return {name: value for name, value in changed.items() if value}


def billed_codes(batch: Batch) -> pa.Table:
    """Every code of the batch, as a lake's dictionary has it."""
    places = {"med": ("fee_list_d", "med_list_codg"), "diag": ("diag_d", "diag_code"), "oprn": ("oprn_d", "oprn_oprt_code")}
    codes = {
        (kind, str(row[column]).strip() if kind == "med" else str(row[column]).strip().upper())
        for kind, (table, column) in places.items()
        for row in batch.tables.get(table, [])
        if row.get(column)
    }
    kinds, names = zip(*sorted(codes), strict=True)
    return pa.table({"kind": kinds, "code": names, "list_type": pa.nulls(len(names), pa.string())})


def faults(batch: Batch, rules: list[RuleRow]) -> dict[tuple[str, int], dict[Key, Decimal]]:
    """For each rule and version the lines and visits at fault, by month and finding's settlement, with their amounts."""
    result = judge_duckdb(batch.tables, rules, batch.conf, batch.months)
    findings = {row["jr_id"]: row for row in result.findings}
    found: dict[tuple[str, int], dict[Key, Decimal]] = defaultdict(dict)
    for row in result.detl:
        finding = findings[row["jr_id"]]
        if row["vola_item_type"] == 1:
            # The key of a subject may name its rule.
            place = row["feedetl_sn"].replace(finding["rule_id"], "rule")
            key = (finding["found_for"], finding["setl_id"], row["mdtrt_id"], place)
            found[finding["rule_id"], finding["rule_ver"]][key] = row["vola_amt"]
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_covered_rows_add_nothing_and_dead_rows_find_nothing(shape: str) -> None:
    types = [name for name, rule_type in RULE_TYPES.items() if rule_type.shape == shape]
    batch = merged([with_copies(sample_batch(name, seed), seed) for seed in SEEDS for name in types])
    rules = accepted_rows(batch.rules)
    found = lint(rule_rows(rules), billed_codes(batch), REGION).found.to_pylist()
    covered = [row for row in found if CHECKS[row["check_no"]].name == "subsumed"]
    dead = [row for row in found if CHECKS[row["check_no"]].title.startswith("永不触发")]
    at_fault = faults(batch, rules)

    assert covered
    for row in covered:
        own = at_fault[row["rule_id"], row["rule_ver"]]
        others = at_fault[row["other_rule_id"], row["other_rule_ver"]]
        missed = {key: amount for key, amount in own.items() if others.get(key, Decimal(-1)) < amount}
        assert missed == {}, row
    assert any(at_fault[row["rule_id"], row["rule_ver"]] for row in covered)
    for row in dead:
        assert at_fault[row["rule_id"], row["rule_ver"]] == {}, row
