"""``fundguard train``, ``fundguard score`` and ``fundguard models …``: risk models from a table to the champion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jobs.console import start_logging
from jobs.options import Set, load_settings
from lake.errors import BadInput

if TYPE_CHECKING:
    from models.registry import Registry

models_app = typer.Typer(help="Registered risk models.", no_args_is_help=True)

Features = Annotated[Path | None, typer.Option(help="feature table, one row a subject: .csv or .parquet")]
OnLake = Annotated[Path | None, typer.Option("--lake", help="folder of a lake, in place of a feature table")]
Target = Annotated[Literal["case", "doctor", "institution"] | None, typer.Option(help="kind of subject of a lake")]


def train(
    features: Features = None,
    label: Annotated[str | None, typer.Option(help="column of two values: what is to be foreseen")] = None,
    key: Annotated[str | None, typer.Option("--id", help="column that names the row; never a feature, never recorded")] = None,
    target: Target = None,
    lake: OnLake = None,
    split: Annotated[
        Path | None, typer.Option(help="file with the id and train or test; without it repeated cross-validation")
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="column whose plain ranking the model must beat")] = None,
    names: Annotated[Path | None, typer.Option(help="file with column and name_zh, for the reasons")] = None,
    leave_out: Annotated[list[str], typer.Option(metavar="COLUMN", help="no feature; repeatable")] = [],  # noqa: B006 - typer copies it
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Train a risk model, measure it on rows held out, register it as challenger.

    On any labelled feature table: --features, --label, --id. On a lake: --target and --lake, its published features and labels
    joined point in time. Writes the model store (`model.store` in conf/): model, plots, model card, measures.
    """
    chosen = load_settings(settings)
    if target is not None and lake is not None and features is None:
        from jobs.train_target import train_on_lake

        lines = train_on_lake(target, lake, tuple(leave_out), chosen, start_logging())
    elif features is not None and label is not None and key is not None and target is None and lake is None:
        from jobs.train import train as run
        from jobs.train_input import Asked

        lines = run(Asked(features, label, key, split, baseline, names, tuple(leave_out)), chosen, start_logging())
    else:
        raise BadInput("train: give --target and --lake, or --features with --label and --id")
    for line in lines:
        print(line)


def score(
    features: Features = None,
    model: Annotated[str, typer.Option(help="alias or version, for example champion")] = "champion",
    out: Annotated[Path | None, typer.Option(help="file to write, .csv or .parquet")] = None,
    lake: OnLake = None,
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Score by a registered model: probability, margin, reasons in Chinese, model version.

    A feature table into a file: --features and --out. A lake: --lake, the judged months' cases, doctors and institutions by
    their champions into risk_score, published.
    """
    chosen = load_settings(settings)
    if lake is not None and features is None and out is None:
        from jobs.score_lake import score_published

        print(score_published(lake, chosen))
    elif features is not None and out is not None and lake is None:
        from jobs.score import score as run

        rows, version = run(features, model, out, chosen)
        print(f"{rows:,} rows scored by {version} in {out}")
    else:
        raise BadInput("score: give --lake, or --features with --out")


@models_app.command("list")
def models_list(target: Target = None, settings: Set = []) -> None:  # noqa: B006 - typer copies it
    """Show all versions, the latest first: aliases, digest, gains over baseline and champion."""
    for version in _registry(target, settings).versions():
        gains = (version.verdict.get(f"{other}_gain", "unknown") for other in ("baseline", "champion"))
        said = "gain over baseline {}, over champion {}".format(*gains)
        print(f"{version.number}  {','.join(version.aliases) or '-'}  {version.digest[:12]}  {said}")


@models_app.command("promote")
def models_promote(target: Target = None, settings: Set = []) -> None:  # noqa: B006 - typer copies it
    """Make the challenger champion, if it surely beats baseline and champion on the same rows; else exit code 3."""
    registry = _registry(target, settings)
    now, before = registry.promote()
    print(f"{registry.name}: version {now} is champion" + ("" if before is None else f", version {before} was"))


@models_app.command("rollback")
def models_rollback(target: Target = None, settings: Set = []) -> None:  # noqa: B006 - typer copies it
    """Make the champion before this one champion again."""
    registry = _registry(target, settings)
    now, before = registry.rollback()
    print(f"{registry.name}: version {now} is champion again, version {before} was")


def _registry(target: str | None, settings: list[str]) -> Registry:
    """The versions of a kind of subject, or of tables of files."""
    from jobs.model_store import model_of, registry_of

    chosen = load_settings(settings)
    return registry_of(chosen, model_of(chosen, target))
