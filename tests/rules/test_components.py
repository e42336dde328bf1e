"""Connected components in SQL: what is one group, and how many rounds that takes."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pyarrow as pa

from rules.engines import run
from rules.engines.duck import DuckEngine
from rules.shapes.components import COMPONENT_STATEMENTS


class CountingEngine(DuckEngine):
    """Counts the rounds of repeated statements."""

    rounds = 0

    def renew(self, name: str, text: str) -> None:
        self.rounds += 1
        super().renew(name, text)


def labels(edges: list[tuple[str, str]]) -> tuple[dict[str, str], int]:
    """Each node with the node that its component is named for, and the rounds that were made."""
    engine = CountingEngine(threads=1)
    both = edges + [(high, low) for low, high in edges]
    fixed = {"rule_key": pa.array([1] * len(both), pa.int32()), "month": pa.array(["2025-03"] * len(both))}
    names = {"psn_no": pa.array([a for a, _ in both], pa.string()), "neighbour": pa.array([b for _, b in both], pa.string())}
    engine.register("graph_edge", pa.table(fixed | names))
    run(engine, COMPONENT_STATEMENTS)
    found = {row["psn_no"]: row["label"] for row in engine.arrow("graph_label").to_pylist()}
    engine.close()
    return found, engine.rounds


def test_chains_and_rings_are_named_for_their_least_node() -> None:
    found, _ = labels([("P4", "P2"), ("P2", "P9"), ("P9", "P3"), ("P5", "P7"), ("P7", "P8"), ("P8", "P5")])
    assert found == {"P4": "P2", "P2": "P2", "P9": "P2", "P3": "P2", "P5": "P5", "P7": "P5", "P8": "P5"}


def test_no_edge_makes_no_group_in_one_round() -> None:
    assert labels([]) == ({}, 1)


def test_a_long_chain_in_any_order_takes_few_rounds() -> None:
    for seed in range(3):
        nodes = [f"P{number:05d}" for number in range(5_000)]
        Random(seed).shuffle(nodes)  # noqa: S311
        found, rounds = labels(list(pairwise(nodes)))
        assert set(found.values()) == {"P00000"}
        assert len(found) == 5_000
        assert rounds <= 16


def test_a_chain_in_order_takes_few_rounds() -> None:
    nodes = [f"P{number:05d}" for number in range(5_000)]
    found, rounds = labels(list(pairwise(nodes)))
    assert set(found.values()) == {"P00000"}
    assert rounds <= 16
