"""The features job: bills and findings become one row a month for each person, doctor, institution and visit."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from features.statements import feature_statements
from jobs.engine import engine_of
from jobs.feature_inputs import REACH, month_number, register_inputs, window_of
from jobs.gate import Gate
from jobs.relations import engine_frame
from jobs.run import now_at, recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import Publication, last, publish
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import BILL_LINE, FEATURE_TABLES, OUTCOME, TASK
from rules.engines import run

log = logging.getLogger(__name__)


def build_features(lake_path: Path, months: Sequence[str], business_date: date, settings: Settings) -> Publication:
    """Makes the feature rows of judged ``months`` of a published lake, and publishes them; the last publication if none differs.

    Raises GateRefused, and publishes nothing, where a suite of the gate refuses them.
    """
    with recorded(lake_path, "features", business_date, months), one_writer(lake_path):
        now_at("check")
        check_lake(lake_path)
        lake = open_published(lake_path, settings)
        published = last(lake)
        if published is None:
            raise BadInput(f"{lake_path}: nothing is published in this lake yet; run `fundguard nightly` first")
        if ahead := ahead_of(lake, published):
            raise BadInput(
                f"{lake_path}: {', '.join(ahead)}: rows that no publication shows; run the night again, it was cut off"
            )
        unjudged = sorted(set(months) - set(judged_months(lake)))
        if unjudged:
            raise BadInput(f"{lake_path}: {', '.join(unjudged)} were never judged; run `fundguard audit` over them first")
        now_at("features")
        make_features(lake, settings, months)
        made = {name: lake.version(table) for name, table in FEATURE_TABLES.items() if lake.exists(table)}
        if made.items() <= published.versions.items():
            log.info("nothing to do: publication %d holds all of it", published.publication_id)
            return published
        now_at("gate of products")
        Gate(lake, settings, business_date).check_products()
        now_at("publish")
        return publish(
            lake, published.business_date, published.month, published.judged_months, published.rulebook_ver,
            published.settings_digest, published.versions | made,
        )  # fmt: skip


def update_features(lake: Lake, settings: Settings, published: Publication | None, moved: Sequence[str]) -> None:
    """What a night does: the rows of every judged month that may differ from ``published``, ``moved`` being the months anew."""
    if not settings.features.nightly:
        return
    now_at("features")
    judged = judged_months(lake)
    made_before = published is not None and all(name in published.versions for name in FEATURE_TABLES)
    same_settings = published is not None and published.settings_digest == settings.publication_digest()
    same_outcomes = published is not None and published.versions.get(OUTCOME.name, -1) == lake.version(OUTCOME)
    if made_before and same_settings and same_outcomes:
        judged = within_reach(judged, moved)
    if judged:
        make_features(lake, settings, judged)


def within_reach(judged: Sequence[str], moved: Sequence[str]) -> list[str]:
    """Of the judged months those that look at one of ``moved``."""
    numbers = [month_number(month) for month in moved]
    return [month for month in judged if any(0 <= month_number(month) - number <= REACH for number in numbers)]


def ahead_of(lake: Lake, published: Publication) -> list[str]:
    """Published tables that hold other rows now, but for the feature tables themselves."""
    moved = [name for name, version in published.versions.items() if lake.versions().get(name) != version]
    return sorted(set(moved) - set(FEATURE_TABLES))


def judged_months(lake: Lake) -> list[str]:
    """Every month that was judged, in order."""
    return sorted(row.month for row in lake.read(TASK).select("month").collect())


def make_features(lake: Lake, settings: Settings, months: Sequence[str]) -> list[str]:
    """Makes the rows of ``months`` anew and replaces the months whose rows differ; which they were."""
    window = window_of(months)
    changed: set[str] = set()
    with engine_of("features", lake, settings, lake.read(BILL_LINE).count()) as (engine, scratch):
        register_inputs(lake, engine, settings, window)
        run(engine, feature_statements(), kept=tuple(FEATURE_TABLES))
        for name, table in FEATURE_TABLES.items():
            moved = lake.replace_changed_slices(table, engine_frame(lake, engine, name, scratch), window.asked)
            log.info("features: %d of %d months written in %s", len(moved), len(window.asked), name)
            changed.update(moved)
    return sorted(changed)
