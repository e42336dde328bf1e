"""Scores of a night: by the champions where there are any that fit, else the ranking by rules, and it says which."""

from __future__ import annotations

import logging
from collections.abc import Collection

from jobs.features import update_features
from jobs.risk_rows import TARGETS
from jobs.run import note, now_at
from jobs.score_lake import Champion, Champions, champion_of, check_fit, is_by, score_subjects
from jobs.settings import Settings
from lake.errors import FundguardError
from lake.publications import Publication
from lake.store import Lake

log = logging.getLogger(__name__)

BY_RULES = "none, by rules"


def champions_tonight(settings: Settings) -> dict[str, Champion | None]:
    """The champions that this night scores by; none where features are switched off, as there is nothing to score.

    One that cannot be used (files damaged, store out of reach) is left out with a warning: no night waits for a data scientist.
    """
    if settings.features.nightly == "false":
        return dict.fromkeys(TARGETS)
    return {target: _usable(settings, target) for target in TARGETS}


def are_scored(lake: Lake, champions: Champions) -> bool:
    """Whether the scores that there are, if any, are all of these champions; then without rows and settings nothing moves."""
    return all(is_by(lake, target, champion) for target, champion in champions.items())


def update_scores(
    lake: Lake, settings: Settings, published: Publication | None, champions: dict[str, Champion | None], moved: Collection[str]
) -> None:
    """Brings features and scores of the months up to date; without a champion there are no scores and it is said."""
    others = update_features(lake, settings, published, sorted(moved), any(champions.values()))
    now_at("score")
    fitting = {target: champion if _fits(lake, target, champion) else None for target, champion in champions.items()}
    score_subjects(lake, settings, fitting, {*moved, *others} if any(fitting.values()) else ())
    note_model(fitting)


def note_model(champions: Champions) -> None:
    """Keeps in the run's record, and says in the log, by what the cases are ranked."""
    used = [champion.version for champion in champions.values() if champion]
    note(model=", ".join(used) or BY_RULES)
    if champions["case"] is None:
        log.warning("score: no usable champion for cases: they are ranked by confirmation rates and rules")


def _usable(settings: Settings, target: str) -> Champion | None:
    try:
        return champion_of(settings, target)
    except FundguardError as reason:
        log.warning("score: the champion of %s is left out: %s", target, reason)
        return None


def _fits(lake: Lake, target: str, champion: Champion | None) -> bool:
    """Whether the lake has what the champion asks for."""
    if champion is None:
        return False
    try:
        check_fit(lake, target, champion)
    except FundguardError as reason:
        log.warning("score: the champion of %s is left out: %s", target, reason)
        return False
    return True
