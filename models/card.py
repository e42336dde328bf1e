"""The model card: one Markdown page that says what a model is, what it was measured on, and what it may not be used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from models.features import Feature, LeftOut
from models.report import Comparison, Report, signed
from models.training import Fit


@dataclass(frozen=True)
class Facts:
    """What a card says beside the figures."""

    name: str
    label: str
    data_digest: str
    split_digest: str
    model_digest: str
    feature_list: str
    trained_rows: int
    trained_positives: int
    left_out: Sequence[LeftOut]
    others: Mapping[str, str]


def card(facts: Facts, fit: Fit, features: Sequence[Feature], result: Report, confidence: float) -> str:
    """The page."""
    parts = [
        f"# Model card: {facts.name}",
        f"Ranks rows by the risk that `{facts.label}` is positive, with a calibrated probability. Made to choose what people "
        "look at first; a score is no evidence, and nothing may be refused or recovered by it.",
        "## Data",
        _table(
            ["", ""],
            [
                ["trained on", f"{facts.trained_rows:,} rows, {facts.trained_positives:,} positive"],
                ["measured on", f"{result.rows:,} rows, {result.positives:,} positive: {result.how}"],
                ["data digest (SHA-256)", f"`{facts.data_digest}`"],
                ["split digest", f"`{facts.split_digest}`" if facts.split_digest else "no split file"],
                ["model digest", f"`{facts.model_digest}`"],
                ["feature list hash", f"`{facts.feature_list}`"],
                *([name.replace("_", " "), said] for name, said in facts.others.items()),
            ],
        ),
        f"## Measures (intervals of {confidence:.0%}, stratified bootstrap over rows)",
        _measures(result),
        f"Brier score {result.brier:.4f}; of the plain share of positive rows {result.brier_of_share:.4f}.",
        *_gains(result),
        "![Precision and recall](plots/precision_recall.png) ![Calibration](plots/calibration.png) "
        "![Gain](plots/gain.png) ![Importance](plots/importance.png)",
        "## How it was trained",
        _recipes(fit),
        "## Features",
        _table(["column", "name", "kind", "median or most frequent"], [_feature(each) for each in features]),
        *([_table(["left out", "why"], [[each.name, each.reason] for each in facts.left_out])] if facts.left_out else []),
        "## Warnings",
        "\n".join(f"- {warning}" for warning in result.warnings) or "None.",
    ]
    return "\n\n".join(parts) + "\n"


def _measures(result: Report) -> str:
    others = [other for other in (result.baseline, result.champion) if other is not None]
    rows = [[name, str(interval), *(str(other.measures[name]) for other in others)] for name, interval in result.measures.items()]
    return _table(["measure", "this model", *(other.name for other in others)], rows)


def _gains(result: Report) -> list[str]:
    """What is said of each ranking that the model was compared with."""
    return [_gain(other) for other in (result.baseline, result.champion) if other is not None]


def _gain(other: Comparison) -> str:
    verdict = "beats it" if other.is_beaten else "does not surely beat it"
    gains = "; ".join(f"{name} {signed(gain)}" for name, gain in other.gains.items())
    return f"Gain over the {other.name} (paired bootstrap): {gains}. By average precision the model {verdict}."


def _recipes(fit: Fit) -> str:
    search = fit.search
    rows = [
        [
            f"{trial.average_precision:.4f}",
            str(trial.rounds),
            ", ".join(f"{k} {_short(v)}" for k, v in asdict(trial.recipe).items()),
        ]
        for trial in fit.kept
    ]
    end = " It was ended by the clock: another run may find other recipes." if search.ended_early else ""
    return (
        f"{len(search.trials)} recipes were tried by cross-validation on the training rows.{end} The best {len(fit.kept)} grew "
        f"{len(fit.model.members)} members, whose margins are averaged; calibrated by {fit.model.calibration.method} on margins "
        "of rows that the trees had not seen.\n\n"
    ) + _table(["average precision", "trees", "recipe"], rows)


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _feature(feature: Feature) -> list[str]:
    typical = _short(feature.typical)
    return [f"`{feature.name}`", feature.name_zh if feature.name_zh != feature.name else "", feature.kind, typical]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
