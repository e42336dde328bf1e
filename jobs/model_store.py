"""The settings under ``model``, as the models package takes them."""

from __future__ import annotations

from jobs.settings import Settings
from jobs.settings_model import PROJECT
from models.metrics import Bootstrap
from models.registry import Registry
from models.search import Budget
from models.tracking import Store
from models.training import Plan


def store_of(settings: Settings, model: str) -> Store:
    """Where trainings of the model of that name are recorded."""
    return Store(PROJECT / settings.model.store, settings.model.tracking_uri, model)


def registry_of(settings: Settings, model: str | None = None) -> Registry:
    """The versions registered under the name ``model``; under that of the settings if none is given."""
    store = store_of(settings, model or settings.model.name)
    return Registry(store.client(), store.name)


def model_of(settings: Settings, target: str | None) -> str:
    """The name under which models of a kind of subject are registered; the settings' own for a table of a file."""
    return settings.model.name if target is None else f"{settings.model.name}-{target}"


def plan_of(settings: Settings) -> Plan:
    """How a training goes."""
    model = settings.model
    return Plan(
        budget=Budget(model.trials, model.seconds),
        nested_trials=model.nested_trials,
        folds=model.folds,
        repeats=model.repeats,
        members=model.members,
        seeds=model.seeds,
        isotonic_positives=model.isotonic_positives,
        seed=model.seed,
        threads=model.threads,
    )


def bootstrap_of(settings: Settings) -> Bootstrap:
    """How sure a figure must be."""
    return Bootstrap(settings.model.resamples, float(settings.model.confidence), settings.model.seed)
