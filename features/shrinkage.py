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
        return f"nullif({self.count}, 0)"


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
    """Statements for ``<relation>_pool``: by month, of each rate the pooled rate m_<name>, v_<name> and a_<name>.

    Columns are numbered and counts that several rates share summed once: the text of a hundred rates must be read too.
    """
    counts = list(dict.fromkeys(rate.n for rate in rates))
    summed = [f"count({n}) AS rows_{at}, sum({n}) AS n_{at}" for at, n in enumerate(counts)]
    pooled = [f"rows_{at} / nullif(n_{at}, 0) AS part_{at}, n_{at}, rows_{at}" for at in range(len(counts))]
    spread = []
    for number, rate in enumerate(rates):
        at = counts.index(rate.n)
        squares = f", sum(CAST({rate.squares} AS DOUBLE)) AS s{number}" if rate.squares else ""
        summed.append(f"sum({rate.k}) AS k{number}, sum({rate.k} * {rate.k} / {rate.n}) AS q{number}{squares}")
        pooled.append(f"k{number} / n_{at} AS m{number}, q{number} / n_{at} AS q{number}{_within(rate, number, at)}")
        variance = _variance(rate, number)
        # What the rates vary about m, weighted by n, beyond what single cases make by chance.
        between = f"q{number} - m{number} * m{number} - {variance} * part_{at}"
        spread.append(f"m{number} AS m_{rate.name}, {variance} AS v_{rate.name}, {between} AS a_{rate.name}")
    text = f"""
WITH summed AS (SELECT month, {", ".join(summed)} FROM {relation} GROUP BY month),
pooled AS (SELECT month, {", ".join(pooled)} FROM summed)
SELECT month, {", ".join(spread)}
FROM pooled
"""
    return [(f"{relation}_pool", text)]


def _within(rate: Rate, number: int, at: int) -> str:
    """What single cases of a mean vary within subjects, as another column."""
    if not rate.squares:
        return ""
    return f", greatest(s{number} - q{number}, 0.0) / nullif(n_{at} - rows_{at}, 0) AS w{number}"


def _variance(rate: Rate, number: int) -> str:
    """The variance of a single case."""
    if rate.squares:
        return f"w{number}"
    return f"m{number}" if rate.is_event else f"m{number} * (1 - m{number})"


def shrunk(rate: Rate, pool: str = "pool") -> str:
    """SQL of the shrunk rate of a row joined with its month's ``pool``; NULL where the count is 0."""
    m, v, a = (f"{pool}.{part}_{rate.name}" for part in "mva")
    # w (x - m) with w = n a / (n a + v) and x = k / n is a (k - n m) / (n a + v).
    drawn = f"CASE WHEN {a} > 0 THEN {a} * ({rate.k} - {rate.n} * {m}) / ({rate.n} * {a} + {v}) ELSE 0.0 END"
    shown = f"{m} + {drawn}" if rate.times == 1 else f"{rate.times} * ({m} + {drawn})"
    return f"CASE WHEN {rate.count} > 0 THEN round({shown}, {DECIMALS}) END AS {rate.name}"
