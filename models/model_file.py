"""A model as files: boosters in LightGBM's text format and one manifest with everything else. Nothing is pickled.

The manifest names the digest of every booster, so its own SHA-256 is the digest of the whole model. It is checked before
a file is opened: LightGBM ends the whole process over a booster that is cut off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightgbm

from lake.errors import IntegrityFailure
from models.calibration import Calibration
from models.features import list_hash, read_back, written
from models.model import Member, RiskModel

MANIFEST = "model.json"


def save(model: RiskModel, folder: Path) -> str:
    """Writes the model's files into an empty folder and returns the model's digest. Equal models give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    members = []
    for number, member in enumerate(model.members):
        text = member.booster.model_to_string().encode()
        name = f"member_{number:02}.txt"
        (folder / name).write_bytes(text)
        members.append({"file": name, "sha256": hashlib.sha256(text).hexdigest(), "weight": member.weight})
    manifest = {
        "key": model.key,
        "label": model.label,
        "features": written(model.features),
        "feature_list": list_hash(model.features),
        "calibration": asdict(model.calibration),
        "members": members,
    }
    content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    (folder / MANIFEST).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def load(folder: Path, digest: str) -> RiskModel:
    """The model of the folder's files; IntegrityFailure if one of them is not what the digest says."""
    return opened(contents_of(folder), digest)


def contents_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name: how a model travels to Spark's workers, who check the digest again."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()} if folder.is_dir() else {}


def opened(files: Mapping[str, bytes], digest: str) -> RiskModel:
    """The model of these files; IntegrityFailure if one of them is not what the digest says."""
    manifest: dict[str, Any] = json.loads(_checked(files, MANIFEST, digest))
    features = read_back(manifest["features"])
    if list_hash(features) != manifest["feature_list"]:
        raise IntegrityFailure(f"model {digest[:12]}: its list of features is not the one that it was trained with")
    members = []
    for entry in manifest["members"]:
        text = _checked(files, entry["file"], entry["sha256"]).decode()
        members.append(Member(lightgbm.Booster(model_str=text), entry["weight"]))
    method, points = manifest["calibration"]["method"], manifest["calibration"]["points"]
    calibration = Calibration(method, tuple(map(tuple, points)))
    return RiskModel(manifest["key"], manifest["label"], features, tuple(members), calibration)


def _checked(files: Mapping[str, bytes], name: str, digest: str) -> bytes:
    content = files.get(name, b"")
    if hashlib.sha256(content).hexdigest() != digest:
        raise IntegrityFailure(
            f"{name} of the model is missing or not what its digest {digest[:12]} says; roll back or train again"
        )
    return content
