"""The refuse list of months whose findings stand in the lake: nothing is judged for it."""

from __future__ import annotations

from collections.abc import Sequence

from jobs.engine import engine_of
from jobs.relations import engine_frame, in_months, register_stored
from jobs.settings import Settings
from lake.store import Lake
from lake.tables import BILL_LINE, FINDING, FINDING_DETL, REFUSE_LIST
from rules.catalogue import RULE_TYPES
from rules.engines import run
from rules.refuse import stored_refuse_statements

READ = {"finding": FINDING, "finding_detl": FINDING_DETL, "line": BILL_LINE}


def refuse_months(lake: Lake, settings: Settings, months: Sequence[str]) -> None:
    """Refuses the months' lines anew by the findings as they stand; a settlement's month is that of all its lines."""
    with engine_of("audit", lake, settings, lake.rows(BILL_LINE)) as (engine, scratch):
        for name, table in READ.items():
            register_stored(lake, engine, name, table, in_months(table, months))
        run(engine, stored_refuse_statements(settings.refuse.include_drg, list(RULE_TYPES)), kept=("refuse_list",))
        lake.replace_changed(REFUSE_LIST, engine_frame(lake, engine, "refuse_list", scratch), in_months(REFUSE_LIST, months))
