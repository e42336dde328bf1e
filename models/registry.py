"""The registry: versions of a model, which one is champion or challenger, and who was champion before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lake.errors import BadInput, GateRefused, IntegrityFailure
from models.model import RiskModel
from models.model_file import contents_of, opened

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHAMPION, CHALLENGER = "champion", "challenger"
# Tag of the registered model: the versions that were champion before, the latest last.
FORMER = "former_champions"
FOLDER = "model"


@dataclass(frozen=True)
class Version:
    """A registered model version. ``verdict``: what its training found when it compared it with baseline and champion."""

    number: int
    aliases: tuple[str, ...]
    digest: str
    source: str
    verdict: Mapping[str, Any]


@dataclass(frozen=True)
class Registry:
    """The versions of the model ``name``."""

    client: MlflowClient
    name: str

    def add(self, run_id: str, artifacts: str, digest: str, verdict: Mapping[str, object]) -> int:
        """Registers the run's model, which becomes the challenger."""
        if not self.client.search_registered_models(f"name = '{self.name}'"):
            self.client.create_registered_model(self.name)
        tags = {"digest": digest, "verdict": json.dumps(verdict, sort_keys=True)}
        made = self.client.create_model_version(self.name, f"{artifacts}/{FOLDER}", run_id, tags=tags)
        self.client.set_registered_model_alias(self.name, CHALLENGER, made.version)
        return int(made.version)

    def versions(self) -> list[Version]:
        """All versions, the latest first."""
        found = self.client.search_registered_models(f"name = '{self.name}'")
        if not found:
            return []
        aliases = {alias: int(number) for alias, number in found[0].aliases.items()}
        listed = [_version(entry, aliases) for entry in self.client.search_model_versions(f"name = '{self.name}'")]
        return sorted(listed, key=lambda version: -version.number)

    def find(self, wanted: str) -> Version | None:
        """The version of this alias or number."""
        return next((each for each in self.versions() if wanted in (str(each.number), *each.aliases)), None)

    def named(self, wanted: str) -> Version:
        """The version of this alias or number; BadInput if there is none."""
        found = self.find(wanted)
        if found is None:
            raise BadInput(f"--model {wanted}: {self.name} has no such alias or version; `fundguard models list` shows them")
        return found

    def load(self, version: Version) -> RiskModel:
        """The model of a version, its files checked against the digest that it was registered with."""
        return opened(self.files(version), version.digest)

    def files(self, version: Version) -> dict[str, bytes]:
        """The files of a version by name, not checked yet."""
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        try:
            folder = download_artifacts(artifact_uri=version.source, tracking_uri=self.client.tracking_uri)
        except (MlflowException, OSError):
            raise IntegrityFailure(f"{self.name} version {version.number}: its files are not in the store") from None
        return contents_of(Path(folder))

    def promote(self) -> tuple[int, int | None]:
        """Makes the challenger champion and returns it and the champion before it. GateRefused if it has not earned it."""
        challenger, champion = self.find(CHALLENGER), self.find(CHAMPION)
        if challenger is None:
            raise BadInput(f"{self.name}: there is no challenger; `fundguard train` makes one")
        before = None if champion is None else champion.number
        if challenger.number == before:
            raise BadInput(f"{self.name}: version {before} is champion already")
        objection = objection_to(challenger, before)
        if objection is not None:
            raise GateRefused(f"{self.name} version {challenger.number} is not promoted: {objection}")
        self._note_former([*self._former(), *([] if before is None else [before])])
        self.client.set_registered_model_alias(self.name, CHAMPION, str(challenger.number))
        self.client.delete_registered_model_alias(self.name, CHALLENGER)
        return challenger.number, before

    def rollback(self) -> tuple[int, int]:
        """Makes the champion before this one champion again; returns both, the new one first."""
        champion, former = self.find(CHAMPION), self._former()
        if champion is None or not former:
            raise BadInput(f"{self.name}: there is no earlier champion to go back to")
        self.client.set_registered_model_alias(self.name, CHAMPION, str(former[-1]))
        self._note_former(former[:-1])
        return former[-1], champion.number

    def _former(self) -> list[int]:
        found = self.client.search_registered_models(f"name = '{self.name}'")
        return json.loads(found[0].tags.get(FORMER, "[]")) if found else []

    def _note_former(self, numbers: list[int]) -> None:
        self.client.set_registered_model_tag(self.name, FORMER, json.dumps(numbers))


def objection_to(challenger: Version, champion: int | None) -> str | None:
    """Why the challenger may not be champion; None if it may."""
    verdict = challenger.verdict
    if verdict["baseline"] is None:
        return "it was trained without --baseline, so nothing shows that it beats the obvious"
    if verdict.get("drift"):
        return f"the rows judged on are unlike those learnt from: {verdict['drift']}"
    if not verdict["beats_baseline"]:
        return f"it does not surely beat the {verdict['baseline']}: gain {verdict['baseline_gain']}"
    if champion is None:
        return None
    if verdict["champion"] != champion:
        return f"it was not compared with the present champion, version {champion}: train it again with --split"
    if not verdict["beats_champion"]:
        return f"it does not surely beat the champion, version {champion}: gain {verdict['champion_gain']}"
    return None


def _version(entry: Any, aliases: Mapping[str, int]) -> Version:
    number = int(entry.version)
    held = tuple(sorted(alias for alias, at in aliases.items() if at == number))
    return Version(number, held, entry.tags["digest"], entry.source, json.loads(entry.tags["verdict"]))
