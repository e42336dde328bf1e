"""Many small batches as one: rules and codes shared, so that one run judges them all."""

from __future__ import annotations

from collections.abc import Collection

from tests.generated.batches import Batch
from tests.generated.world import Row
from tests.reference.typing_rows import KEYS

VISIT_IDS = ("mdtrt_id", "setl_id", "init_setl_id", "filing_id")
OWN_IDS = (*VISIT_IDS, "psn_no", "fixmedins_code")
# What is known by the same key in several batches: the first row stays.
REGISTERS = ("psn_d", "fixmedins_d", "prac_psn_d", "inventory_d", "medins_map_d")


def merged(batches: list[Batch]) -> Batch:
    """One batch of all of them, each with persons and institutions of its own, without the tables that the first lacks."""
    return _together(batches, batches[0].tables, OWN_IDS)


def crowd(batches: list[Batch]) -> Batch:
    """One batch of all of them, of the same few persons at the same institutions, with every table that one of them has."""
    return _together(batches, dict.fromkeys(name for batch in batches for name in batch.tables), VISIT_IDS)


def _together(batches: list[Batch], names: Collection[str], own_ids: Collection[str]) -> Batch:
    """The batches' rows and rules under the configuration and months of the first; ``own_ids`` differ by batch."""
    tables: dict[str, list[Row]] = {name: [] for name in names}
    rules = []
    for number, batch in enumerate(batches):
        for name in tables:
            tables[name] += [_own(row, f"{number}_", own_ids) for row in batch.tables.get(name, [])]
        for rule in batch.rules:
            rules.append(rule | {"rule_id": f"{rule['rule_type_id']}_{number}_{rule['rule_id']}"})
    for name in REGISTERS:
        if name in tables:
            tables[name] = _first_by_key(tables[name], KEYS[name])
    return Batch(tables, rules, batches[0].conf, batches[0].months)


def _own(row: Row, prefix: str, own_ids: Collection[str]) -> Row:
    return {name: prefix + value if value and name in own_ids else value for name, value in row.items()}


def _first_by_key(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    return list({tuple(row[name] for name in key): row for row in reversed(rows)}.values())
