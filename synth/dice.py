"""Deterministic draws as SQL text: a hash of seed, purpose and keys, so that no partitioning changes a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dice:
    """Draws of one county. ``keys`` is SQL text of the columns that identify what is drawn for."""

    seed: int

    def pick(self, purpose: str, keys: str, sides: int | str) -> str:
        """SQL of a whole number 0 … sides - 1; ``sides`` may be SQL text."""
        return f"CAST(pmod(xxhash64({self.seed}L, '{purpose}', {keys}), {sides}) AS INT)"

    def chance(self, purpose: str, keys: str, per_10000: int | str) -> str:
        """SQL of a condition that is true for so many of 10,000 keys."""
        return f"(pmod(xxhash64({self.seed}L, '{purpose}', {keys}), 10000) < {per_10000})"


def yuan(fen: str) -> str:
    """SQL of an amount in yuan from whole 分."""
    return f"CAST(CAST({fen} AS DECIMAL(16,0)) * 0.01BD AS DECIMAL(18,2))"
