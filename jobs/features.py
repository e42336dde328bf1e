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
from lake.publications import Publication, all_publications, last, publish
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import BILL_LINE, BILL_VISIT, FEATURE_TABLES, FINDING, OUTCOME, TASK, VISIT_MONTH
from rules.engines import run

log = logging.getLogger(__name__)

# Tables that nights rewrite and features are made of; conclusions beside them come in between.
MADE_OF = (BILL_LINE, BILL_VISIT, FINDING)


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


def update_features(
    lake: Lake, settings: Settings, published: Publication | None, moved: Sequence[str], has_champion: bool
) -> list[str]:
    """What a night does: makes every judged month that may differ from ``published``, ``moved`` being the months anew; those
    whose rows differ.
    """
    wanted = settings.features.nightly
    if wanted == "false" or (wanted == "auto" and not has_champion):
        return []
    now_at("features")
    judged = judged_months(lake)
    months = within_reach(judged, moved)
    if published is None or not _are_up_to_date(lake, settings, published):
        months = judged
    missing = set(judged) - {row.month for row in lake.read(VISIT_MONTH).select("month").distinct().collect()}
    months = sorted({*months, *missing})
    return make_features(lake, settings, months) if months else []


def _are_up_to_date(lake: Lake, settings: Settings, published: Publication) -> bool:
    """Whether the feature tables have every declared feature and are of what is published, and conclusions and calendar are still
    those.

    Nights without features, and imports of conclusions, publish other sources and leave the features as they were.
    """
    # A lake whose lines name no doctor has no table of doctors.
    features = {name: published.versions.get(name) for name, table in FEATURE_TABLES.items() if lake.exists(table)}
    if not features or None in features.values() or published.settings_digest != settings.publication_digest():
        return False
    if any(set(FEATURE_TABLES[name].names) - set(lake.columns(FEATURE_TABLES[name])) for name in features):
        return False
    made = next(night for night in all_publications(lake) if features.items() <= night.versions.items())
    made_of = {table.name: made.versions.get(table.name) for table in MADE_OF}
    same_bills = made_of.items() <= {name: published.versions.get(name) for name in made_of}.items()
    return same_bills and made.versions.get(OUTCOME.name, -1) == lake.version(OUTCOME)


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
    with engine_of("features", lake, settings, lake.rows(BILL_LINE)) as (engine, scratch):
        register_inputs(lake, engine, settings, window)
        run(engine, feature_statements(), kept=tuple(FEATURE_TABLES))
        for name, table in FEATURE_TABLES.items():
            if added := lake.add_columns(table):
                log.info("features: %s has %s now, without values in months that are not made", name, ", ".join(added))
            moved = lake.replace_changed_slices(table, engine_frame(lake, engine, name, scratch), window.asked)
            log.info("features: %d of %d months written in %s", len(moved), len(window.asked), name)
            changed.update(moved)
    return sorted(changed)
