"""The score step: subjects of the judged months by the champions, by Arrow batches on the workers; drift beside."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.case_list import rank_cases
from jobs.relations import in_months
from jobs.risk_rows import TARGETS, subject_rows
from jobs.run import note_publication, recorded
from jobs.settings import Settings
from jobs.settings_model import PROJECT
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import last, publish
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import CASE_LIST, FINDING, RISK_DRIFT, RISK_SCORE
from models.features import Feature, matrix
from models.tracking import Store, may_have

if TYPE_CHECKING:
    from models.drift import Bins

log = logging.getLogger(__name__)

CHAMPION = "champion"
SCORED = "subject_key string, month string, probability double, margin double, reasons string"
SCORE = "*"  # of models.drift, which is not imported without a champion
COUNTED = "month string, feature string, bin int, rows double"
WHERE = "the lake's features"
TOLD = 3  # shifted features that a log line names


@dataclass(frozen=True)
class Champion:
    """A champion as it travels to workers: its files with their digest, and that of the profile of what it learnt from."""

    version: str
    digest: str
    files: dict[str, bytes]
    profile_digest: str
    features: tuple[Feature, ...]


Champions = Mapping[str, Champion | None]


def score_published(lake_path: Path, settings: Settings) -> str:
    """Scores all judged months of a lake, ranks anew and publishes; what to print. Refuses a lake that a cut-off night left."""
    with recorded(lake_path, "score"), one_writer(lake_path):
        check_lake(lake_path)
        lake = open_published(lake_path, settings)
        published = last(lake)
        if published is None:
            raise BadInput(f"{lake_path}: nothing is published in this lake yet")
        if lake.version(FINDING) != published.versions.get(FINDING.name, -1):
            raise BadInput(f"{lake_path}: findings are newer than the publication; let a night publish them first")
        if score_subjects(lake, settings, champions_of(settings), published.judged_months):
            rank_cases(lake, settings, [])
        moved = {table.name: lake.version(table) for table in (RISK_SCORE, RISK_DRIFT, CASE_LIST) if lake.exists(table)}
        night = publish(
            lake, published.business_date, published.month, published.judged_months,
            published.rulebook_ver, published.settings_digest, published.versions | moved,
        )  # fmt: skip
        note_publication(night, is_new=night.publication_id != published.publication_id)
        versions = lake.read(RISK_SCORE).groupBy("model_version").count().orderBy("model_version").collect()
    told = ", ".join(f"{row['count']:,} by {row.model_version}" for row in versions)
    return f"risk_score: {told}" if told else "no champion, no scores: `fundguard train --target case` and `models promote`"


def score_subjects(lake: Lake, settings: Settings, champions: Champions, months: Collection[str]) -> bool:
    """Scores ``months``, and every month with findings where the champion is another than before; whether a score moved."""
    missing = [target for target, champion in champions.items() if champion is None]
    if missing and months:
        ranked = "; cases are ranked by rules" if "case" in missing else ""
        log.warning("score: no champion for %s, so no scores of them%s", ", ".join(missing), ranked)
    if not any(champions.values()) and not lake.exists(RISK_SCORE):
        return False
    moved = False
    for target, champion in champions.items():
        chosen = _months(lake, target, champion, months)
        moved |= bool(chosen) and _replace(lake, settings, target, champion, chosen)
    return moved


def champions_of(settings: Settings) -> Champions:
    """The champion of every kind of subject."""
    return {target: champion_of(settings, target) for target in TARGETS}


def champion_of(settings: Settings, target: str) -> Champion | None:
    """The champion of a kind of subject; None without one, and then neither MLflow nor LightGBM is imported."""
    store = Store(PROJECT / settings.model.store, settings.model.tracking_uri, f"{settings.model.name}-{target}")
    if not may_have(store, CHAMPION):
        return None
    from models.model_file import opened
    from models.registry import Registry

    registry = Registry(store.client(), store.name)
    version = registry.find(CHAMPION)
    if version is None:
        return None
    files = registry.files(version)
    model = opened(files, version.digest)  # refused here, where it can be said in one line, and not on a worker
    profiled = str(version.verdict.get("profile", ""))
    return Champion(f"{registry.name}/{version.number}", version.digest, files, profiled, model.features)


def is_by(lake: Lake, target: str, champion: Champion | None) -> bool:
    """Whether the scores that there are come from this champion; without one there are none."""
    scores = lake.read(RISK_SCORE).where(F.col("subject_type") == target)
    by = {row.model_version for row in scores.select("model_version").distinct().collect()}
    return by == ({champion.version} if champion else set())


def _months(lake: Lake, target: str, champion: Champion | None, months: Collection[str]) -> list[str]:
    """``months``; where the scores that there are come from another model, or should not be there, every month with findings."""
    if is_by(lake, target, champion):
        return sorted(months) if champion else []
    return sorted(row.month for row in lake.read(FINDING).select(F.col("found_for").alias("month")).distinct().collect())


def _replace(lake: Lake, settings: Settings, target: str, champion: Champion | None, months: Sequence[str]) -> bool:
    """Replaces scores and drift of the months; whether a score moved. The other kinds' rows of the months stay."""
    others = F.col("subject_type") != target
    kept = {table.name: lake.read(table).where(in_months(table, months)).where(others) for table in (RISK_SCORE, RISK_DRIFT)}
    scores, drift = kept[RISK_SCORE.name], kept[RISK_DRIFT.name]
    if champion is not None:
        rows = subject_rows(target, lake.read)
        check_fit(lake, target, champion)  # before any worker asks
        frame = rows.frame.where(F.col("month").isin(list(months))).cache()  # read by the scores and by the drift
        scores = scores.unionByName(_scores(frame, target, champion))
        drift = drift.unionByName(_drift(lake, frame, target, champion, float(settings.model.drift_limit)))
    moved = lake.replace_changed(RISK_SCORE, scores.localCheckpoint(), in_months(RISK_SCORE, months))
    lake.replace_changed(RISK_DRIFT, drift.localCheckpoint(), in_months(RISK_DRIFT, months))
    if champion is not None:
        frame.unpersist()
        log.info("score: %s of %d months by %s", target, len(months), champion.version)
    return moved


def check_fit(lake: Lake, target: str, champion: Champion) -> None:
    """BadInput unless the lake's feature tables have every column of the champion, each of its kind."""
    matrix(subject_rows(target, lake.read).frame.limit(0).toArrow(), champion.features, WHERE)


def _scores(frame: DataFrame, target: str, champion: Champion) -> DataFrame:
    """Rows of risk_score. Each task opens the model from its files and checks the digest before."""
    files, digest = champion.files, champion.digest

    def stage(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from models.model_file import opened
        from models.scoring import scored_subjects

        return scored_subjects(batches, opened(files, digest), WHERE)

    known = {"subject_type": F.lit(target), "model_version": F.lit(champion.version), "model_digest": F.lit(digest)}
    return RISK_SCORE.conform(frame.mapInArrow(stage, SCORED).withColumns(known))


def _drift(lake: Lake, frame: DataFrame, target: str, champion: Champion, limit: float) -> DataFrame:
    """Rows of risk_drift: counted where the rows are, judged on the driver, where there are some numbers for each feature."""
    from models.drift import PROFILE, load_profile

    files, digest = champion.files, champion.digest
    known = load_profile(files.get(PROFILE, b""), champion.profile_digest)

    def stage(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from models.model_file import opened
        from models.scoring import counted

        return counted(batches, opened(files, digest), known, WHERE)

    counts = frame.mapInArrow(stage, COUNTED).groupBy("month", "feature", "bin").agg(F.sum("rows").alias("rows")).collect()
    told = [row for month in sorted({row.month for row in counts}) for row in _month_drift(known, month, counts, limit)]
    for month in sorted({str(row[0]) for row in told}):
        _tell_drift(target, month, [row for row in told if row[0] == month and row[4]])
    schema = "month string, feature string, psi double, mark double, is_shifted int, rows bigint"
    shown = {"subject_type": F.lit(target), "model_version": F.lit(champion.version)}
    return RISK_DRIFT.conform(lake.spark.createDataFrame(told, schema).withColumns(shown))


def _tell_drift(target: str, month: str, shifted: Sequence[tuple[Any, ...]]) -> None:
    """Says in the log what of a month lies elsewhere than in what the champion learnt."""
    for _, _, psi, mark, *_ in [row for row in shifted if row[1] == SCORE]:
        log.warning("drift: scores of %s in %s are shifted: index %.2f, mark %.2f", target, month, psi, mark)
    features = sorted((row for row in shifted if row[1] != SCORE), key=lambda row: (-row[2], row[1]))
    if features:
        names = ", ".join(row[1] for row in features[:TOLD])
        log.warning("drift: %d features of %s in %s are shifted, most of all %s", len(features), target, month, names)


def _month_drift(known: Sequence[Bins], month: str, counts: Sequence[Row], limit: float) -> list[tuple[object, ...]]:
    from models.drift import shifts

    found = {bins.name: np.zeros(bins.values + 1) for bins in known}
    for row in counts:
        if row.month == month:
            found[row.feature][row.bin] = row.rows
    rows = int(found[SCORE].sum())
    return [(month, each.name, each.psi, each.mark, int(each.is_shifted), rows) for each in shifts(known, found, limit)]
