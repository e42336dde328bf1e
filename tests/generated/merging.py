"""Many small batches as one: ids of their own, rules and codes shared, so that one run judges them all."""

from __future__ import annotations

from tests.generated.batches import Batch
from tests.generated.world import Row

OWN_IDS = ("mdtrt_id", "setl_id", "init_setl_id", "psn_no", "fixmedins_code", "filing_id")


def merged(batches: list[Batch]) -> Batch:
    """One batch of all of them under the configuration, months and absent tables of the first."""
    first = batches[0]
    tables: dict[str, list[Row]] = {name: [] for name in first.tables}
    rules = []
    for number, batch in enumerate(batches):
        for name in tables:
            tables[name] += [_own(row, f"{number}_") for row in batch.tables.get(name, [])]
        for rule in batch.rules:
            rules.append(rule | {"rule_id": f"{rule['rule_type_id']}_{number}_{rule['rule_id']}"})
    # A doctor is known by the same code in every batch: the first row stays.
    if "prac_psn_d" in tables:
        tables["prac_psn_d"] = list({row["prac_psn_code"]: row for row in tables["prac_psn_d"]}.values())
    return Batch(tables, rules, first.conf, first.months)


def _own(row: Row, prefix: str) -> Row:
    return {name: prefix + value if value and name in OWN_IDS else value for name, value in row.items()}
