"""``fundguard train``, ``fundguard score`` and ``fundguard models …``: risk models from a table to the champion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.console import start_logging
from jobs.options import Set, load_settings

models_app = typer.Typer(help="Registered risk models.", no_args_is_help=True)

Features = Annotated[Path, typer.Option(help="feature table, one row a subject: .csv or .parquet")]


def train(
    features: Features,
    label: Annotated[str, typer.Option(help="column of two values: what is to be foreseen")],
    key: Annotated[str, typer.Option("--id", help="column that names the row; never a feature, never recorded")],
    split: Annotated[
        Path | None, typer.Option(help="file with the id and train or test; without it repeated cross-validation")
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="column whose plain ranking the model must beat")] = None,
    names: Annotated[Path | None, typer.Option(help="file with column and name_zh, for the reasons")] = None,
    leave_out: Annotated[list[str], typer.Option(metavar="COLUMN", help="no feature; repeatable")] = [],  # noqa: B006 - typer copies it
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Train a risk model on any labelled feature table, measure it on rows held out, register it as challenger.

    Reads FEATURES; writes the model store (`model.store` in conf/): model, plots, model card, measures.
    """
    from jobs.train import train as run
    from jobs.train_input import Asked

    asked = Asked(features, label, key, split, baseline, names, tuple(leave_out))
    for line in run(asked, load_settings(settings), start_logging()):
        print(line)


def score(
    features: Features,
    model: Annotated[str, typer.Option(help="alias or version, for example champion")],
    out: Annotated[Path, typer.Option(help="file to write, .csv or .parquet")],
    settings: Set = [],  # noqa: B006 - typer copies it
) -> None:
    """Score a feature table by a registered model: probability, margin, reasons in Chinese, model version."""
    from jobs.score import score as run

    rows, version = run(features, model, out, load_settings(settings))
    print(f"{rows:,} rows scored by {version} in {out}")


@models_app.command("list")
def models_list(settings: Set = []) -> None:  # noqa: B006 - typer copies it
    """Show all versions, the latest first: aliases, digest, gains over baseline and champion."""
    from jobs.model_store import registry_of

    for version in registry_of(load_settings(settings)).versions():
        gains = (version.verdict.get(f"{other}_gain", "unknown") for other in ("baseline", "champion"))
        said = "gain over baseline {}, over champion {}".format(*gains)
        print(f"{version.number}  {','.join(version.aliases) or '-'}  {version.digest[:12]}  {said}")


@models_app.command("promote")
def models_promote(settings: Set = []) -> None:  # noqa: B006 - typer copies it
    """Make the challenger champion, if it surely beats baseline and champion on the same rows; else exit code 3."""
    from jobs.model_store import registry_of

    registry = registry_of(load_settings(settings))
    now, before = registry.promote()
    print(f"{registry.name}: version {now} is champion" + ("" if before is None else f", version {before} was"))


@models_app.command("rollback")
def models_rollback(settings: Set = []) -> None:  # noqa: B006 - typer copies it
    """Make the champion before this one champion again."""
    from jobs.model_store import registry_of

    registry = registry_of(load_settings(settings))
    now, before = registry.rollback()
    print(f"{registry.name}: version {now} is champion again, version {before} was")
