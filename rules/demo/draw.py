"""What a profile draws from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.demo.icd import CodeLists
from rules.demo.pool import Pool


@dataclass(frozen=True)
class Draw:
    """One type's draw: ``count`` rows of ``rule_type_id`` from the pool by its own random stream.

    ``official`` holds the codes that an official row of the type names already.
    """

    rule_type_id: str
    pool: Pool
    icd: CodeLists
    count: int
    rng: np.random.Generator
    official: frozenset[str] = frozenset()

    def targets(self, kinds: Sequence[str], among: np.ndarray | None = None, count: int | None = None) -> np.ndarray:
        """Positions of codes without an official row of the type, single codes first."""
        rows = self.pool.ruled(kinds) if among is None else among
        bare = np.array([row for row in rows if self.pool.code[row] not in self.official], dtype=int)
        wanted = self.count if count is None else count
        return self.pool.targets(self.rule_type_id, kinds, wanted, self.rng, bare if len(bare) else rows)

    def codes(self, rows: np.ndarray) -> np.ndarray:
        """The codes at these positions."""
        return self.pool.code[rows]
