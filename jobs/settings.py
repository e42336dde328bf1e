"""The settings of a run: ``conf/base.yaml`` and ``profile.yaml``, then the site's file, then ``--set``.

The only reader of ``conf/``.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_origin

import yaml
from pydantic import SecretStr, ValidationError

from jobs.setting_types import Section
from jobs.settings_model import IDENTITY_KEY, NEW_IDENTITY_KEY, PROJECT, Settings
from lake.errors import BadInput, NotAllowed

__all__ = ["Settings", "load_settings"]

ENVIRONMENT = "FUNDGUARD_ENV"
CLOSE = 0.6  # of difflib's 0 to 1; its own default for close matches
FILES_FOR_ALL = ("base.yaml", "profile.yaml")
IN_FILES_ONLY = "access."  # who may see whom is not for the one who asks to say

# A setting's place: its dotted name, then the entry of a map such as med_class.
Place = tuple[str, ...]


def load_settings(
    overrides: Sequence[str] = (),
    conf_dir: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of this run; ``overrides`` are ``key=value`` texts, ``environment`` is the process's by default."""
    variables = os.environ if environment is None else environment
    settings = _typed(given_settings(overrides, conf_dir, variables))
    settings._identity_key = SecretStr(variables.get(IDENTITY_KEY, "").strip())
    settings._new_identity_key = SecretStr(variables.get(NEW_IDENTITY_KEY, "").strip())
    return settings


def given_settings(overrides: Sequence[str], conf_dir: Path | None, variables: Mapping[str, str]) -> dict[Place, tuple[str, str]]:
    """Every setting as it was written, and who says so: the last of the files that names it, or --set."""
    folder = PROJECT / "conf" if conf_dir is None else conf_dir
    given: dict[Place, tuple[str, str]] = {}
    for path in _files(folder, variables.get(ENVIRONMENT, "")):
        given |= {place: (text, f"conf/{path.name}") for place, text in _read(path)}
    return given | {place: (text, "--set") for place, text in map(_override, overrides)}


def _depths(model: type[Section] = Settings, above: str = "") -> Iterator[tuple[str, int, str]]:
    """Dotted name, levels of map entries below it (0 for a plain setting) and how its entries are shown."""
    for name, declared in model.model_fields.items():
        kind, dotted = declared.annotation, above + name
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from _depths(kind, dotted + ".")
        elif get_origin(kind) is dict:
            nested = get_origin(kind.__args__[1]) is dict  # type: ignore[union-attr]
            yield dotted, 2 if nested else 1, f"{dotted}.<{declared.title}>"
        else:
            yield dotted, 0, dotted


DEPTHS = {name: depth for name, depth, _ in _depths()}
KNOWN = tuple(shown for _, _, shown in _depths())


def _files(folder: Path, site: str) -> list[Path]:
    if not re.fullmatch(r"[A-Za-z0-9_-]*", site):
        raise BadInput(f"{ENVIRONMENT} is {site!r}; it must be the name of a file in conf/, without .yaml")
    names = [*FILES_FOR_ALL, f"{site}.yaml"] if site else list(FILES_FOR_ALL)
    for name in names:
        if not (folder / name).is_file():
            present = ", ".join(sorted(path.name for path in folder.glob("*.yaml"))) or "no settings at all"
            raise BadInput(f"conf/{name} is missing; the folder holds {present}")
    return [folder / name for name in dict.fromkeys(names)]


class _PlainText(yaml.BaseLoader):
    """YAML whose values stay as written (no NO = false, no 010 = 8) and whose keys do not repeat."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        repeated = next((key for key in keys if keys.count(key) > 1), None)
        if repeated is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{repeated!r} stands there twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _read(path: Path) -> list[tuple[Place, str]]:
    try:
        # The loader makes texts, lists and maps, no other objects.
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainText)
    except UnicodeDecodeError:
        raise BadInput(f"conf/{path.name} is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"conf/{path.name}, line {line}: {error.problem}") from None
    return list(_flat(tree or {}, (), f"conf/{path.name}"))


def _flat(node: object, keys: Place, where: str) -> Iterator[tuple[Place, str]]:
    """Every value of a settings file with its place."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from _flat(below, (*keys, str(key).strip()), where)
    elif isinstance(node, list):
        raise BadInput(f"{where}: {'.'.join(keys)} is a YAML list; write its values as one text, separated by ;")
    elif not _is_empty_group(keys, str(node)):
        yield _place(".".join(keys), where), str(node).strip()


def _is_empty_group(keys: Place, text: str) -> bool:
    """Whether it is a heading with nothing below, as when all its entries are commented out."""
    dotted = ".".join(keys)
    is_map = DEPTHS.get(dotted, 0) > 0
    return text == "" and (not keys or is_map or any(name.startswith(dotted + ".") for name in DEPTHS))


def _override(text: str) -> tuple[Place, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"--set {text}: write it as key=value")
    if key.strip().startswith(IN_FILES_ONLY):
        raise NotAllowed(f"--set {key.strip()}: who may see whom is said in conf/ only")
    return _place(key.strip(), "--set"), value.strip()


def _place(dotted: str, where: str) -> Place:
    """Splits a dotted key into the setting's name and its map entries; an entry may itself hold dots."""
    for name, depth in DEPTHS.items():
        if dotted == name and depth == 0:
            return (name,)
        if depth and dotted.startswith(name + "."):
            entries = dotted[len(name) + 1 :].split(".", depth - 1)
            if len(entries) == depth and all(entries):
                return (name, *_entry(name, entries))
    raise BadInput(f"{where}: there is no setting {dotted!r}; known are {', '.join(_closest_first(dotted))}")


def _closest_first(dotted: str) -> list[str]:
    """All known settings, those that may have been meant before the others."""
    likeness = {}
    for name, shown in zip(DEPTHS, KNOWN, strict=True):
        same_length = ".".join(dotted.split(".")[: name.count(".") + 1])
        likeness[shown] = difflib.SequenceMatcher(None, same_length, name).ratio()
    close = sorted((shown for shown in KNOWN if likeness[shown] >= CLOSE), key=lambda shown: -likeness[shown])
    return [*close, *(shown for shown in KNOWN if shown not in close)]


def _entry(name: str, entries: list[str]) -> list[str]:
    """The entry in the one spelling under which a later file or --set finds and replaces it."""
    if name == "dose_frequency":
        return [entries[0].upper()]
    if name == "hosp_rank":
        return [entries[0].lstrip("0") or "0"]
    return entries


def _typed(given: Mapping[Place, tuple[str, str]]) -> Settings:
    tree: dict[str, Any] = {}
    for name, depth in DEPTHS.items():
        if depth:
            _put(tree, name.split("."), {})
        elif (name,) not in given:
            raise BadInput(f"conf/{FILES_FOR_ALL[0]}: the setting {name} is missing")
    for place, (text, _) in given.items():
        is_taken_out = len(place) > 1 and text == ""
        if not is_taken_out:
            _put(tree, [*place[0].split("."), *place[1:]], text)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise BadInput(_reason(error, given)) from None


def _put(tree: dict[str, Any], keys: Sequence[str], value: object) -> None:
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
    tree[keys[-1]] = value


def _reason(error: ValidationError, given: Mapping[Place, tuple[str, str]]) -> str:
    """One line: who says it, the key, its value, what would be right."""
    first = error.errors(include_url=False)[0]
    keys = [str(key) for key in first["loc"] if key != "[key]"]
    wanted = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    for place, (text, where) in given.items():
        full = [*place[0].split("."), *place[1:]]
        if full == keys[: len(full)] or keys == full[: len(keys)]:
            what = f"{'.'.join(full)} is {text!r}" if "[key]" not in first["loc"] else f"{'.'.join(full)}: its name"
            return f"{where}: {what}; it must be {wanted}"
    return f"{'.'.join(keys)}: it must be {wanted}"
