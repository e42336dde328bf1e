"""From measures to verdicts: what each check may come to, and what Great Expectations says of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from expectations.check import FAIL, QUARANTINE, Check
from expectations.metrics import Measure

PASSED, WARNED, SET_ASIDE, REFUSED, RELEASED, NOT_RUN = "passed", "warned", "set_aside", "refused", "released", "not_run"
REFUSING = (REFUSED, NOT_RUN)

# Table, limit of each check and a row of values for each part → by check whether it held; None: it did not run.
Validate = Callable[[str, Mapping[str, float], Sequence[Mapping[str, float]]], Mapping[str, bool | None]]


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
    """The verdict on every measure, ``measures`` table by table; parts in ``released`` refuse nothing."""
    judged: list[Verdict] = []
    for table, of_table in groupby(measures, key=lambda measure: measure.table):
        judged += _of_table(table, list(of_table), limits, released, validate)
    return judged


def _of_table(
    table: str, measures: list[Measure], limits: Limits, released: Collection[str], validate: Validate
) -> list[Verdict]:
    sizes: dict[str, int] = {}
    for measure in measures:  # the first pass is over the table's own rows
        sizes.setdefault(measure.part, measure.rows or 0)
    allowed = {measure.check.id: _allowed(measure.check, limits) for measure in measures}
    values: dict[str, dict[str, float]] = {part: {} for part in sizes}
    for measure in measures:
        values[measure.part][measure.check.id] = held(measure, limits, sizes[measure.part])
    rows = [row for part, row in values.items() if part not in released]
    answers = validate(table, allowed, rows) if rows else {}
    # Great Expectations says it of all parts at once; only where its answer is the one that the values give did it run.
    ran = {name for name, limit in allowed.items() if answers.get(name) == all(row[name] <= limit for row in rows)}
    judged = []
    for measure in measures:
        value, limit = values[measure.part][measure.check.id], allowed[measure.check.id]
        if measure.part in released:
            state = RELEASED if _is_beyond(measure.check, value, limit) else _mild(measure)
        elif measure.check.id not in ran or math.isinf(value):
            state = NOT_RUN
        else:
            state = REFUSED if _is_beyond(measure.check, value, limit) else _mild(measure)
        judged.append(Verdict(measure, _shown(measure.check, limit, limits.weight(measure.check, sizes[measure.part])), state))
    return judged


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
