"""The features job: bills and findings become one row a month for each person, doctor, institution and visit."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from features.statements import feature_statements
from jobs.engine import engine_of
from jobs.feature_inputs import register_inputs, window_of
from jobs.relations import engine_frame
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, FEATURE_TABLES
from rules.engines import run

log = logging.getLogger(__name__)


def make_features(lake: Lake, settings: Settings, months: Sequence[str]) -> list[str]:
    """Makes the rows of ``months`` anew and replaces the months whose rows differ; which they were."""
    window = window_of(months)
    changed: set[str] = set()
    with engine_of("features", lake, settings, lake.read(BILL_LINE).count()) as (engine, scratch):
        register_inputs(lake, engine, settings, window)
        run(engine, feature_statements(), kept=FEATURE_TABLES)
        for name, table in FEATURE_TABLES.items():
            moved = lake.replace_changed_slices(table, engine_frame(lake, engine, name, scratch), window.asked)
            log.info("features: %d of %d months written in %s", len(moved), len(window.asked), name)
            changed.update(moved)
    return sorted(changed)
