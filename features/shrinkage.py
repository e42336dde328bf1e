"""Rates of small numbers, drawn towards the rate of all (docs/decisions/0122): Marshall's empirical Bayes by moments.

Of subject i with count n and raw rate x = k / n, in a month with the pooled rate m = Σk / Σn: m + w (x − m), where
w = n A / (n A + v). v is the variance of a single case, A what the rates vary beyond that; where they do not, w is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DECIMALS = 4  # of every statistic (contract, clarification 26)


@dataclass(frozen=True)
class Rate:
    """``sum`` and ``count``: SQL of k and n over a subject's row; the rate is k / n, told ``times`` as much.

    What v is: of a share m (1 − m), also for a share of money, whose cases lie between 0 and 1 and so vary no more; of events
    (which may be more than n) m; and of a mean what the cases vary within subjects, by ``squares``, the sum of their squares.
    """

    name: str
    sum: str
    count: str
    is_event: bool = False
    squares: str = ""
    times: int = 1

    @property
    def k(self) -> str:
        return f"CAST({self.sum} AS DOUBLE)"

    @property
    def n(self) -> str:
        return f"CAST(nullif({self.count}, 0) AS DOUBLE)"


def share(name: str, part: str, count: str) -> Rate:
    """A share of cases: ``part`` of ``count``."""
    return Rate(name, part, count)


def money_share(name: str, part: str, whole: str, count: str) -> Rate:
    """A share of money that lies in ``count`` lines."""
    return Rate(name, f"CAST({part} AS DOUBLE) / nullif({whole}, 0) * {count}", count)


def event(name: str, events: str, count: str) -> Rate:
    """Events for each thousand of ``count``."""
    return Rate(name, events, count, is_event=True, times=1000)


def mean(name: str, total: str, squares: str, count: str) -> Rate:
    """A mean over ``count`` cases."""
    return Rate(name, total, count, squares=squares)


def pool_statements(relation: str, rates: Sequence[Rate]) -> list[tuple[str, str]]:
    """Statements for ``<relation>_pool``: by month, of each rate the pooled rate m_<name>, v_<name> and a_<name>."""
    summed = [_sums(rate) for rate in rates]
    pooled = [_moments(rate) for rate in rates]
    spread = [f"m_{rate.name}, v_{rate.name}, {_between(rate.name)} AS a_{rate.name}" for rate in rates]
    kept = [f"rows_{rate.name}, n_{rate.name}, q_{rate.name}" for rate in rates]
    text = f"""
WITH summed AS (SELECT month, {", ".join(summed)} FROM {relation} GROUP BY month),
pooled AS (SELECT month, {", ".join(kept)}, {", ".join(pooled)} FROM summed)
SELECT month, {", ".join(spread)}
FROM pooled
"""
    return [(f"{relation}_pool", text)]


def _sums(rate: Rate) -> str:
    """Over subjects with a count: how many, Σn, Σk, Σk²/n, and of a mean Σ of squares."""
    n, k, name = rate.n, rate.k, rate.name
    squares = f", sum(CAST({rate.squares} AS DOUBLE)) AS s_{name}" if rate.squares else ""
    return f"count({n}) AS rows_{name}, sum({n}) AS n_{name}, sum({k}) AS k_{name}, sum({k} * {k} / {n}) AS q_{name}{squares}"


def _moments(rate: Rate) -> str:
    name = rate.name
    pooled = f"k_{name} / n_{name}"
    if rate.squares:
        within = f"greatest(s_{name} - q_{name}, 0.0) / nullif(n_{name} - rows_{name}, 0.0)"
    else:
        within = pooled if rate.is_event else f"{pooled} * (1 - {pooled})"
    return f"{pooled} AS m_{name}, {within} AS v_{name}"


def _between(name: str) -> str:
    """The variance of the rates about m, weighted by n, beyond what single cases make by chance."""
    return f"q_{name} / n_{name} - m_{name} * m_{name} - v_{name} * rows_{name} / n_{name}"


def shrunk(rate: Rate, pool: str = "pool") -> str:
    """SQL of the shrunk rate of a row joined with its month's ``pool``; NULL where the count is 0."""
    n, k, name = rate.n, rate.k, rate.name
    m, v, a = f"{pool}.m_{name}", f"{pool}.v_{name}", f"{pool}.a_{name}"
    weight = f"CASE WHEN {a} > 0 THEN {n} * {a} / ({n} * {a} + {v}) ELSE 0.0 END"
    return f"round({rate.times} * ({m} + {weight} * ({k} / {n} - {m})), {DECIMALS}) AS {name}"
