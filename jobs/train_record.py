"""What a training leaves in the store: model files, plots and card as artifacts of a run, and a registered challenger."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from jobs.model_store import store_of
from jobs.settings import Settings
from jobs.train_input import Prepared, Told
from models.card import Facts, card
from models.drift import SCORE, Bins, counts_of, profile, save_profile, shifts
from models.features import list_hash
from models.model_file import save
from models.plots import draw
from models.registry import FOLDER, Registry
from models.report import DECIDES, Judged, Report, signed
from models.tracking import Run, record
from models.training import Fit

# Rows that the plot of importances is drawn from at most: enough for a mean, and quick.
EXPLAINED = 2000


@dataclass(frozen=True)
class Trained:
    """A training and its figures. ``champion``: version that it was compared with, None if with none."""

    ready: Prepared
    fitted: Fit
    judged: Judged
    result: Report
    champion: int | None


def registered(trained: Trained, settings: Settings, registry: Registry) -> tuple[int, str]:
    """Writes everything into the store; returns version and digest."""
    ready, fitted, result = trained.ready, trained.fitted, trained.result
    told = ready.told
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        digest = save(fitted.model, folder / FOLDER)
        known = _profile(trained)
        profiled = save_profile(known, folder / FOLDER)
        shown = np.linspace(0, len(ready.train) - 1, min(EXPLAINED, len(ready.train))).astype(int)
        contributions, _ = fitted.model.contributions(ready.data.values[ready.train[shown]])
        draw(trained.judged, told.baseline, ready.features, contributions, folder / "plots")
        facts = Facts(
            name=registry.name,
            label=told.label,
            data_digest=ready.table.digest,
            split_digest=told.split,
            model_digest=digest,
            feature_list=list_hash(ready.features),
            trained_rows=len(ready.train),
            trained_positives=int(ready.data.labels[ready.train].sum()),
            left_out=ready.left_out,
            others=told.facts,
        )
        text = card(facts, fitted, ready.features, result, float(settings.model.confidence))
        (folder / "model_card.md").write_text(text, encoding="utf-8")
        store = store_of(settings, told.model)
        run = Run(_parameters(told, settings, fitted), _metrics(result), _tags(facts), folder)
        run_id, artifacts = record(registry.client, store, run)
        verdict = _verdict(trained) | {"profile": profiled, **_drift(trained, known, float(settings.model.drift_limit))}
        return registry.add(run_id, artifacts, digest, verdict), digest


def _parameters(told: Told, settings: Settings, fitted: Fit) -> dict[str, object]:
    given = {name: value for name, value in settings.model.model_dump().items() if name not in ("store", "tracking_uri", "name")}
    best = {f"best.{name}": value for name, value in asdict(fitted.kept[0].recipe).items()}
    return given | best | {"label": told.label, "baseline": told.baseline or "", "trials_done": len(fitted.search.trials)}


def _metrics(result: Report) -> dict[str, float]:
    found = {"brier": result.brier}
    for name, interval in result.measures.items():
        found |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    for prefix, other in (("baseline", result.baseline), ("champion", result.champion)):
        if other is not None:
            found |= {f"{prefix}_{name}": interval.value for name, interval in other.measures.items()}
            found |= {f"gain_over_{prefix}_{name}": gain.value for name, gain in other.gains.items()}
    return found


def _tags(facts: Facts) -> dict[str, str]:
    return {
        "data_digest": facts.data_digest,
        "split_digest": facts.split_digest,
        "model_digest": facts.model_digest,
        "feature_list": facts.feature_list,
        **facts.others,
    }


def _verdict(trained: Trained) -> dict[str, object]:
    """What a promotion asks of this training."""
    told = trained.ready.told
    verdict: dict[str, object] = {"split": told.split, "baseline": None, "champion": trained.champion}
    verdict["judged_from"] = told.facts.get("judged_from")
    for prefix, other in (("baseline", trained.result.baseline), ("champion", trained.result.champion)):
        if other is not None:
            verdict |= {f"beats_{prefix}": other.is_beaten, f"{prefix}_gain": signed(other.gains[DECIDES])}
    if trained.result.baseline is not None:
        verdict["baseline"] = trained.result.baseline.name
    return verdict


def _profile(trained: Trained) -> tuple[Bins, ...]:
    """How features lay among the rows learnt from, and scores among those that the model had not seen."""
    ready, margins = trained.ready, trained.judged.margins[0]
    values, months = ready.data.values[ready.train], ready.months
    if months is None or ready.test is None:
        return profile(values, ready.features, margins)
    return profile(values, ready.features, margins, months[ready.train], months[ready.test])


def _drift(trained: Trained, known: Sequence[Bins], limit: float) -> dict[str, object]:
    """How the rows judged on lie beside those learnt from: which features are shifted, and whether most of them are."""
    ready = trained.ready
    if ready.test is None or ready.months is None:  # the rows of a file know no time that could pass
        return {}
    counts = counts_of(known, ready.data.values[ready.test], ready.features, trained.judged.margins[0])
    judged = len(np.unique(ready.months[ready.test]))
    found = [shift.name for shift in shifts(known, counts, limit, judged) if shift.is_shifted and shift.name != SCORE]
    is_other = 2 * len(found) > len(ready.features)
    drift = f"{len(found)} of {len(ready.features)} features are shifted" if is_other else None
    return {"drift": drift, "shifted_features": sorted(found)}
