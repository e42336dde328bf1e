"""From measures to verdicts: what each check may come to, and what Great Expectations says of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.check import FAIL, QUARANTINE, Check
from expectations.metrics import Measure

PASSED, WARNED, SET_ASIDE, REFUSED, RELEASED, NOT_RUN = "passed", "warned", "set_aside", "refused", "released", "not_run"
REFUSING = (REFUSED, NOT_RUN)


@dataclass(frozen=True)
class Asked:
    """What is asked of a table: the limit of each check, and a row of their values for each part."""

    limits: Mapping[str, float]
    rows: Sequence[Mapping[str, float]]


# What is asked of each table → by table and check whether it held; None: it did not run.
Validate = Callable[[Mapping[str, Asked]], Mapping[str, Mapping[str, bool | None]]]


@dataclass(frozen=True)
class Limits:
    """``shares``: what ``gate.share.<name>`` allows of ``min_rows`` rows of the table or more."""

    shares: Mapping[str, float]
    min_rows: int

    def weight(self, check: Check, table_rows: int) -> float:
        """What a share counts for: that of a smaller table as if sound rows made it up to ``min_rows``."""
        is_whole = check.share is None or check.any_size or table_rows >= self.min_rows
        return 1.0 if is_whole else table_rows / self.min_rows


@dataclass(frozen=True)
class Verdict:
    """A measure with the most it may come to (faults where the consequence is fail, else a share; None: anything)."""

    measure: Measure
    limit: float | None
    state: str

    @property
    def refuses(self) -> bool:
        return self.state in REFUSING


def verdicts(measures: Iterable[Measure], limits: Limits, released: Collection[str], validate: Validate) -> list[Verdict]:
    """The verdict on every measure, table by table; parts in ``released`` refuse nothing."""
    by_table: dict[str, list[Measure]] = {}
    for measure in measures:
        by_table.setdefault(measure.table, []).append(measure)
    tables = {name: _Table(of, limits) for name, of in by_table.items()}
    asked = {name: table.asked(released) for name, table in tables.items()}
    with_rows = {name: of for name, of in asked.items() if of.rows}
    answers = validate(with_rows) if with_rows else {}
    return [verdict for name, table in tables.items() for verdict in table.verdicts(asked[name], answers.get(name, {}), released)]


class _Table:
    """The measures of one table, held against the limits."""

    def __init__(self, measures: Sequence[Measure], limits: Limits) -> None:
        self._measures = measures
        self._limits = limits
        self._sizes: dict[str, int] = {}
        for measure in measures:  # the first pass is over the table's own rows
            self._sizes.setdefault(measure.part, measure.rows or 0)
        self._values: dict[str, dict[str, float]] = {part: {} for part in self._sizes}
        for measure in measures:
            self._values[measure.part][measure.check.id] = held(measure, limits, self._sizes[measure.part])

    def asked(self, released: Collection[str]) -> Asked:
        """The limits, and the values of the parts that nobody released."""
        allowed = {measure.check.id: _allowed(measure.check, self._limits) for measure in self._measures}
        return Asked(allowed, [row for part, row in self._values.items() if part not in released])

    def verdicts(self, asked: Asked, answers: Mapping[str, bool | None], released: Collection[str]) -> Iterator[Verdict]:
        """The verdict on each measure, given the answer on each check."""
        # Great Expectations says it of all parts at once; only where its answer is the one that the values give did it run.
        ran = {name for name, limit in asked.limits.items() if answers.get(name) == all(row[name] <= limit for row in asked.rows)}
        for measure in self._measures:
            check = measure.check
            value, limit = self._values[measure.part][check.id], asked.limits[check.id]
            if measure.part in released:
                state = RELEASED if _is_beyond(check, value, limit) else _mild(measure)
            elif check.id not in ran or math.isinf(value):
                state = NOT_RUN
            else:
                state = REFUSED if _is_beyond(check, value, limit) else _mild(measure)
            weight = self._limits.weight(check, self._sizes[measure.part])
            yield Verdict(measure, _shown(check, limit, weight), state)


def held(measure: Measure, limits: Limits, table_rows: int) -> float:
    """What is held against the limit; what was not computed is beyond every limit."""
    share = measure.share
    if share is None or measure.faults is None or math.isnan(share):
        return math.inf
    if measure.check.consequence == FAIL:
        return float(measure.faults)
    return share * limits.weight(measure.check, table_rows)


def _allowed(check: Check, limits: Limits) -> float:
    return 0.0 if check.consequence == FAIL or check.share is None else limits.shares[check.share]


def _shown(check: Check, limit: float, weight: float) -> float | None:
    """The most that the measure itself may come to; None where it may come to anything."""
    if not _can_refuse(check) or limit >= weight:
        return None
    return limit / weight


def _can_refuse(check: Check) -> bool:
    return check.consequence == FAIL or check.share is not None


def _is_beyond(check: Check, value: float, limit: float) -> bool:
    """Whether the value refuses; what was not computed does, whatever the consequence."""
    return math.isinf(value) or (_can_refuse(check) and value > limit)


def _mild(measure: Measure) -> str:
    """The state of what does not refuse."""
    if not measure.faults:
        return PASSED
    return SET_ASIDE if measure.check.consequence == QUARANTINE else WARNED
