"""The train job: from a labelled feature table to a registered challenger, with its report, plots and model card."""

from __future__ import annotations

import logging

import pyarrow as pa
from rich.console import Console

from jobs.console import progress
from jobs.model_store import bootstrap_of, plan_of, registry_of
from jobs.settings import Settings
from jobs.train_input import Asked, Prepared, prepared
from jobs.train_record import Trained, registered
from lake.errors import BadInput
from models.features import matrix
from models.metrics import Scores
from models.registry import CHAMPION, Registry, Version
from models.report import judged_of, last_line, left_out_note, printed, report, suspicions
from models.training import Fit, HeldOut, Plan, cross_validated, fit, judged_once

log = logging.getLogger(__name__)


def train(asked: Asked, settings: Settings, console: Console) -> list[str]:
    """Trains on a table of a file, records and registers a challenger; the lines to print, the measures in the last one."""
    return learnt(prepared(asked, settings.model.name, settings.model.max_categories), settings, console)


def learnt(ready: Prepared, settings: Settings, console: Console) -> list[str]:
    """Trains on a table made ready, records and registers a challenger; the lines to print, the measures in the last one."""
    told, plan = ready.told, plan_of(settings)
    log.info("train: %d rows, %d features, %d columns left out", len(ready.train), len(ready.features), len(ready.left_out))
    fitted = fit(ready.learnt, ready.features, told.key, told.label, plan)
    held, how = _held_out(ready, fitted, plan, console)
    registry = registry_of(settings, told.model)
    champion = registry.find(CHAMPION)
    rival, notes = _rival(registry, champion, ready)
    judged = judged_of(held, how, ready.data, ready.baseline, rival)
    bootstrap = bootstrap_of(settings)
    said = [*suspicions(ready.data.of(ready.train), ready.features), *notes, *_clock_note(fitted, plan)]
    number = None if champion is None or rival is None else str(champion.number)
    result = report(judged, told.baseline, number, bootstrap, said)
    trained = Trained(ready, fitted, judged, result, None if number is None else int(number))
    version, digest = registered(trained, settings, registry)
    lines = [*left_out_note(ready.left_out), *printed(result, bootstrap.confidence)]
    return [*lines, f"{registry.name} version {version}, challenger, digest {digest}", last_line(result)]


def _held_out(ready: Prepared, fitted: Fit, plan: Plan, console: Console) -> tuple[HeldOut, str]:
    if ready.test is not None:
        return judged_once(fitted.model, ready.data, ready.test), "test part"
    with progress(console, "cross-validation", plan.repeats * plan.folds) as step:
        return cross_validated(ready.data, ready.features, plan, step), f"cross-validation, {plan.repeats} × {plan.folds} folds"


def _rival(registry: Registry, champion: Version | None, ready: Prepared) -> tuple[Scores | None, list[str]]:
    """The champion's margins on the test rows, and what has to be said of them."""
    if champion is None:
        return None, []
    if ready.test is None:
        return None, ["the champion is not compared: without --split it may have learnt from every row"]
    notes = []
    if champion.verdict["split"] != ready.told.split:
        notes.append("the champion was trained with another split and may have learnt from test rows, which favours it")
    model = registry.load(champion)
    try:
        values = matrix(ready.table.columns.take(pa.array(ready.test)), model.features, ready.told.where)
    except BadInput as reason:
        return None, [f"the champion is not compared: {reason}"]
    return model.margins(values), notes


def _clock_note(fitted: Fit, plan: Plan) -> list[str]:
    if not fitted.search.ended_early:
        return []
    done = len(fitted.search.trials)
    return [f"the search ended by the clock after {done} of {plan.budget.trials} trials; --set model.trials={done} repeats it"]
