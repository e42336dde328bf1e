"""Which cases a county gets: every writer of cases in turn, the same number for each; then those that have an explanation."""

from __future__ import annotations

import duckdb

from synth.planted import charges, clinical, explained, limits, pairs, suspicions
from synth.planted.desk import Desk
from synth.planted.plan import Plan
from synth.profile import CountyProfile

WRITERS = (
    limits.v01, limits.v02, limits.v03, limits.v04, limits.v05, limits.v06, limits.v07, pairs.v08, pairs.v09, limits.v10,
    clinical.v11, pairs.v12, limits.v13, pairs.v14, pairs.v15, pairs.v16, limits.v17, pairs.v18, clinical.v19, clinical.v20,
    pairs.v21, pairs.v22, pairs.v23, clinical.v24, pairs.v25, limits.v26, clinical.v27, clinical.v28, clinical.v29,
    limits.after_death, suspicions.s01, suspicions.s02, suspicions.s03, suspicions.s04, suspicions.s05, charges.s06,
    charges.s07, suspicions.s08, charges.s09, suspicions.s10, suspicions.s11,
)  # fmt: skip
# A writer casts about so many persons for each case it is asked for (variants, near misses, groups).
PERSONS_PER_CASE = 1.6


def plan_cases(rules: duckdb.DuckDBPyConnection, profile: CountyProfile) -> Plan:
    """All planted cases of the county; an empty plan if the profile asks for none."""
    desk = Desk(rules, profile)
    if profile.violations <= 0:
        return desk.plan
    each = max(1, _each(profile.persons * profile.violations, len(WRITERS)))
    for write in WRITERS:
        write(desk, each)
    explaining = explained.ExplainedDesk(desk)
    for write in explained.WRITERS:
        write(explaining, _each(profile.persons * profile.explained, len(explained.WRITERS)))
    return desk.plan


def _each(persons: float, writers: int) -> int:
    """Cases to ask each writer for, so that all of them cast about so many persons."""
    return round(persons / writers / PERSONS_PER_CASE)
