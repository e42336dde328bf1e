"""What a training leaves in the store: model files, plots and card as artifacts of a run, and a registered challenger."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from jobs.model_store import store_of
from jobs.settings import Settings
from jobs.train_input import Asked, Prepared
from models.card import Facts, card
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

    asked: Asked
    ready: Prepared
    fitted: Fit
    judged: Judged
    result: Report
    champion: int | None


def registered(trained: Trained, settings: Settings, registry: Registry) -> tuple[int, str]:
    """Writes everything into the store; returns version and digest."""
    asked, ready, fitted, result = trained.asked, trained.ready, trained.fitted, trained.result
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        digest = save(fitted.model, folder / FOLDER)
        shown = np.linspace(0, len(ready.train) - 1, min(EXPLAINED, len(ready.train))).astype(int)
        contributions, _ = fitted.model.contributions(ready.data.values[ready.train[shown]])
        draw(trained.judged, asked.baseline, ready.features, contributions, folder / "plots")
        facts = Facts(
            name=registry.name,
            label=asked.label,
            data_digest=ready.table.digest,
            split_digest=asked.split_digest,
            model_digest=digest,
            feature_list=list_hash(ready.features),
            trained_rows=len(ready.train),
            trained_positives=int(ready.data.labels[ready.train].sum()),
            left_out=ready.left_out,
        )
        text = card(facts, fitted, ready.features, result, float(settings.model.confidence))
        (folder / "model_card.md").write_text(text, encoding="utf-8")
        store = store_of(settings)
        run = Run(_parameters(asked, settings, fitted), _metrics(result), _tags(facts), folder)
        run_id, artifacts = record(registry.client, store, run)
        return registry.add(run_id, artifacts, digest, _verdict(trained)), digest


def _parameters(asked: Asked, settings: Settings, fitted: Fit) -> dict[str, object]:
    given = {name: value for name, value in settings.model.model_dump().items() if name not in ("store", "tracking_uri", "name")}
    best = {f"best.{name}": value for name, value in asdict(fitted.kept[0].recipe).items()}
    return given | best | {"label": asked.label, "baseline": asked.baseline or "", "trials_done": len(fitted.search.trials)}


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
    }


def _verdict(trained: Trained) -> dict[str, object]:
    """What a promotion asks of this training."""
    verdict: dict[str, object] = {"split": trained.asked.split_digest, "baseline": None, "champion": trained.champion}
    for prefix, other in (("baseline", trained.result.baseline), ("champion", trained.result.champion)):
        if other is not None:
            verdict |= {f"beats_{prefix}": other.is_beaten, f"{prefix}_gain": signed(other.gains[DECIDES])}
    if trained.result.baseline is not None:
        verdict["baseline"] = trained.result.baseline.name
    return verdict
