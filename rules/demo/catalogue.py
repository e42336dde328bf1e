"""The demo catalogue: the codes of the published points, and generated ones in the same code form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.demo.groups import DrugGroup, ItemGroup, drug_groups, item_groups
from rules.national.points import Point

# How many codes of each catalogue kind (list_type) the full demo has, official ones included.
SIZES = {"101": 44_000, "102": 20_000, "103": 1_500, "201": 8_000, "301": 30_000}
KIND_OF_LETTER = {"X": "101", "Z": "102", "T": "103", "0": "201", "C": "301"}
# 甲, 乙, 自费 by kind.
LEVELS = {
    "101": (0.35, 0.55, 0.10),
    "102": (0.30, 0.60, 0.10),
    "103": (0.80, 0.15, 0.05),
    "201": (0.60, 0.25, 0.15),
    "301": (0.15, 0.55, 0.30),
}
FIRST = "阿奥倍布达德厄恩法非芬格吉卡坎拉雷利罗洛马美米莫那尼诺帕普瑞塞舍司索他泰替托维西希依伊"
SECOND = "比波达地多尔法芬福格哈加卡考可兰雷立林鲁洛莫诺帕齐其曲塞沙舒司索坦特铁韦西辛尤佐"
FORMS = {"A001": "片", "E001": "胶囊", "N001": "颗粒", "B002": "注射液", "B001": "注射用粉针", "X001": "口服溶液"}
HERBS = "白苍川丹当党地防甘葛桂红黄金菊苦连麦木牛蒲芩人桑沙山升石苏天乌夏续玄远泽紫"
HERB_ENDS = "芍术芎参归草根花皮子仁实叶藤脂香胡冬苓芪连"
COLUMNS = (
    "med_list_codg",
    "name",
    "list_type",
    "chrgitm_lv",
    "spec",
    "dosform",
    "drug_class",
    "atc",
    "pack_units",
    "unit_dose",
    "unit",
    "price_ref",
    "begndate",
    "enddate",
    "origin",
)


@dataclass(frozen=True)
class Catalogue:
    """``codes``: one row per code with the catalog_d columns as text, and the typed columns the profiles need.

    Typed: group (index into the kind's groups), pack, dose, price_fen, ingredient, child.
    """

    codes: pd.DataFrame


def groups_of(kind: str) -> Sequence[DrugGroup | ItemGroup]:
    """The groups of a catalogue kind; 饮片 share those of Chinese patent drugs."""
    if kind in ("101", "102", "103"):
        return drug_groups("drug_groups" if kind == "101" else "tcm_groups")
    return item_groups("item_groups" if kind == "201" else "consumable_groups")


def build_catalogue(points: Sequence[Point], seed: int, share: float = 1.0) -> Catalogue:
    """All codes of the points (tagged official) and generated ones up to SIZES × share of each kind."""
    official = _official_names(points)
    parts = []
    for number, (kind, size) in enumerate(SIZES.items()):
        rng = np.random.default_rng([seed, 100 + number])
        own = {code: name for code, name in official.items() if KIND_OF_LETTER[code[0]] == kind}
        count = max(round(size * share) - len(own), round(size * share * 0.1))
        parts.append(_kind(kind, own, count, rng))
    codes = pd.concat(parts, ignore_index=True).sort_values("med_list_codg", ignore_index=True)
    return Catalogue(codes)


def _official_names(points: Sequence[Point]) -> dict[str, str]:
    """Name of each code of the points; the pairs A×B name both codes."""
    names: dict[str, str] = {}
    for point in points:
        pair = point.item.split("×")
        for code, name in zip(point.codes, pair if len(pair) == len(point.codes) == 2 else [point.item] * 9999, strict=False):
            names.setdefault(code, name)
    return dict(sorted(names.items()))


def _kind(kind: str, official: dict[str, str], count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of one catalogue kind: official codes first, then ``count`` generated ones."""
    groups = groups_of(kind)
    group = np.concatenate([_group_of_official(kind, official), rng.integers(0, len(groups), count)]).astype(int)
    generated, names, ingredients, forms = _generated(kind, group[len(official) :], set(official), rng)
    size = len(official) + len(generated)
    price = _prices(groups, group, rng)
    level = rng.choice(["01", "02", "03"], size, p=LEVELS[kind])
    level[: len(official)] = np.where(level[: len(official)] == "03", "02", level[: len(official)])
    table: dict[str, Any] = {
        "med_list_codg": [*official, *generated],
        "name": [*official.values(), *names],
        "list_type": kind,
        "chrgitm_lv": level,
        "group": group,
        "ingredient": [*official.values(), *ingredients],
        "dosform": [*([None] * len(official)), *forms],
        "price_fen": price,
        "begndate": "2020-01-01",
        "enddate": None,
        "origin": ["official"] * len(official) + ["generated"] * len(generated),
        "child": np.concatenate([np.zeros(len(official), bool), rng.random(len(generated)) < 0.04]),
    }
    frame = pd.DataFrame(table)
    frame.loc[frame["child"] & frame["list_type"].isin(["101", "102"]), "name"] = "小儿" + frame["name"]
    return _with_packs(frame, kind, rng)


def _group_of_official(kind: str, official: dict[str, str]) -> np.ndarray:
    """Index of the group whose mark the code carries, else one that shares its first letters, else by its digits."""
    groups = groups_of(kind)
    marks = {group.group: index for index, group in enumerate(groups)}
    start = 0 if kind == "201" else 1
    found = []
    for place, code in enumerate(official):
        near = [index for mark, index in marks.items() if code[start] == mark[0] and kind != "201"]
        width = len(groups[0].group)
        exact = marks.get(code[start : start + width])
        found.append(exact if exact is not None else (near or range(len(groups)))[place % len(near or groups)])
    return np.array(found, dtype=int)


def _prices(groups: Sequence[DrugGroup | ItemGroup], group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Reference prices in fen, log-uniform in the range of the group."""
    low = np.log([one.price_low for one in groups])[group]
    high = np.log([one.price_high for one in groups])[group]
    return np.rint(np.exp(low + (high - low) * rng.random(len(group))) * 100).astype("int64")


def _generated(
    kind: str, group: np.ndarray, taken: set[str], rng: np.random.Generator
) -> tuple[list[str], list[str], list[str], list[str | None]]:
    """Codes, names, ingredients and dosage forms of generated codes; codes are unique and in the national form."""
    groups, size = groups_of(kind), len(group)
    letters = rng.integers(0, 2**16, (size, 4))
    serial, maker = rng.permutation(900_000)[:size], rng.integers(10_000, 99_999, size)
    codes: list[str] = []
    names: list[str] = []
    ingredients: list[str] = []
    forms: list[str | None] = []
    for row in range(size):
        own = groups[group[row]]
        if isinstance(own, ItemGroup):
            code, name = _item(kind, own, int(serial[row]), int(maker[row]))
            ingredient, form = name, None
        else:
            code, ingredient, form = _drug(kind, own, letters[row].tolist(), int(serial[row]), int(maker[row]))
            name = ingredient if kind == "103" else ingredient + form
        while code in taken:
            code = f"{code[:-3]}{(int(code[-3:]) + 1) % 1000:03d}"
        taken.add(code)
        codes.append(code)
        names.append(name)
        ingredients.append(ingredient)
        forms.append(form)
    return codes, names, ingredients, forms


def _item(kind: str, own: ItemGroup, serial: int, maker: int) -> tuple[str, str]:
    """Code and name of a service (15 digits) or a consumable (C and 19 digits)."""
    name = f"{own.names[serial % len(own.names)]}（{chr(65 + serial % 26)}{serial % 997}型）"
    if kind == "201":
        return f"{own.group}{serial:06d}{maker:05d}", name
    return f"C{own.group}{serial:06d}{serial % 97:02d}{maker % 10_000:04d}{maker:05d}", name


def _drug(kind: str, own: DrugGroup, letters: list[int], serial: int, maker: int) -> tuple[str, str, str]:
    """Code, ingredient and dosage form of a western drug (23 characters), a Chinese patent drug (20) or a slice (10)."""
    if kind == "103":
        name = HERBS[letters[0] % len(HERBS)] + HERB_ENDS[letters[1] % len(HERB_ENDS)]
        return f"T{serial:06d}{maker % 1000:03d}", name, "饮片"
    mark = tuple(FORMS)[letters[2] % len(FORMS)]
    place = f"{serial // 1000:03d}0{maker:05d}"
    if kind == "101":
        ingredient = FIRST[letters[0] % len(FIRST)] + SECOND[letters[1] % len(SECOND)] + own.stem
        return f"X{own.group}{chr(65 + letters[3] % 26)}{serial % 1000:03d}{mark}{place}", ingredient, FORMS[mark]
    ingredient = HERBS[letters[0] % len(HERBS)] + own.stem
    return f"Z{own.group}GA{serial % 1000:04d}0{place}", ingredient, FORMS[mark]


def _with_packs(frame: pd.DataFrame, kind: str, rng: np.random.Generator) -> pd.DataFrame:
    """Adds the columns of packs, doses and classes; services and consumables are charged by the piece."""
    groups = groups_of(kind)
    picked = [groups[index] for index in frame["group"]]
    turn = rng.integers(0, 60, len(frame))
    drug = [one if isinstance(one, DrugGroup) and kind != "103" else None for one in picked]
    frame["pack"] = [one.packs[step % len(one.packs)] if one else 1 for one, step in zip(drug, turn, strict=True)]
    frame["dose"] = [one.doses[step % len(one.doses)] if one else None for one, step in zip(drug, turn, strict=True)]
    frame["unit"] = [one.unit if one else "g" if kind == "103" else None for one in drug]
    frame["pack_units"] = frame["pack"].astype(str) if kind in ("101", "102", "103") else None
    frame["unit_dose"] = frame["dose"] if kind != "103" else "1"
    frame["spec"] = [
        f"{dose}{unit}*{pack}" if dose else None
        for dose, unit, pack in zip(frame["dose"], frame["unit"], frame["pack"], strict=True)
    ]
    frame["drug_class"] = [one.drug_class if isinstance(one, DrugGroup) else None for one in picked]
    frame["atc"] = [one.group if isinstance(one, DrugGroup) else None for one in picked]
    frame["sex"] = [one.sex if isinstance(one, DrugGroup) else "" for one in picked]
    frame["price_ref"] = (frame["price_fen"] // 100).astype(str) + "." + (frame["price_fen"] % 100).map("{:02d}".format)
    return frame
