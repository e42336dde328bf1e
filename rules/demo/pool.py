"""Which codes may carry rules, and drawing from them: free codes, codes with exactly one rule row, ruled codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.demo.catalogue import groups_of

FREE_SHARE = 0.15  # of the codes of each kind: named by no rule row at all
SINGLE_SHARE = 0.04  # of the codes of each kind: named by exactly one rule row, without scope or exemption
# The only family that rule rows name by prefix (0043*): none of its codes is free or single.
PREFIX_FAMILY = "0043"
# The types whose one row a single code carries, by kind; an official code may carry its official row instead.
SINGLE_TYPES = {
    "101": ("V01", "V05", "V10", "V13", "V19", "V20", "V21", "V22"),
    "102": ("V01", "V05", "V10", "V13", "V19", "V21", "V22"),
    "103": ("V26",),
    "201": ("V04", "V10", "V13", "V16", "V17"),
    "301": ("V04", "V10", "V13"),
}
VARIANTS = 6  # label sets per drug group


def mark_use(codes: pd.DataFrame, official_rows: Counter[str], seed: int) -> pd.DataFrame:
    """med_list_codg, list_type, use (free, single, ruled) and rule_type_id (of a single code's generated row)."""
    rng = np.random.default_rng([seed, 200])
    rows = codes["med_list_codg"].map(lambda code: official_rows.get(code, 0)).to_numpy()
    family = codes["med_list_codg"].str.startswith(PREFIX_FAMILY).to_numpy()
    use = np.full(len(codes), "ruled", dtype=object)
    single_type = np.full(len(codes), None, dtype=object)
    for kind in sorted(SINGLE_TYPES):
        own = (codes["list_type"] == kind).to_numpy()
        bare = rng.permutation(np.flatnonzero(own & (rows == 0) & ~family))
        free, single = round(own.sum() * FREE_SHARE), round(own.sum() * SINGLE_SHARE)
        use[bare[:free]] = "free"
        use[bare[free : free + single]] = "single"
        single_type[bare[free : free + single]] = np.resize(np.array(SINGLE_TYPES[kind], dtype=object), single)
        once = rng.permutation(np.flatnonzero(own & (rows == 1) & ~family))
        use[once[: len(once) // 10]] = "single"
    marks: dict[str, Any] = {"use": use, "rule_type_id": single_type}
    return codes[["med_list_codg", "list_type"]].assign(**marks)


class Pool:
    """Draws codes for rule rows. Rows of the catalogue are named by their position."""

    def __init__(self, codes: pd.DataFrame, use: pd.DataFrame, labels_seed: int) -> None:
        self.code = codes["med_list_codg"].to_numpy(dtype=object)
        self.kind = codes["list_type"].to_numpy(dtype=object)
        self.group = codes["group"].to_numpy()
        self.frame = codes
        ruled = (use["use"] == "ruled").to_numpy()
        self._ruled = {kind: np.flatnonzero(ruled & (self.kind == kind)) for kind in SINGLE_TYPES}
        single = use["rule_type_id"].to_numpy(dtype=object)
        self._single = {name: np.flatnonzero(single == name) for name in {*single} - {None}}
        self._by_group = {
            kind: [rows[self.group[rows] == group] for group in range(len(groups_of(kind)))] for kind, rows in self._ruled.items()
        }
        self._labels = {kind: _label_sets(kind, labels_seed) for kind in ("101", "102", "103", "201", "301")}

    def ruled(self, kinds: Iterable[str]) -> np.ndarray:
        """Positions of all ruled codes of the kinds."""
        return np.concatenate([self._ruled[kind] for kind in kinds])

    def singles(self, rule_type_id: str) -> np.ndarray:
        """Positions of the codes whose only row belongs to this type."""
        return self._single.get(rule_type_id, np.array([], dtype=int))

    def targets(
        self,
        rule_type_id: str,
        kinds: Sequence[str],
        count: int,
        rng: np.random.Generator,
        among: np.ndarray | None = None,
    ) -> np.ndarray:
        """``count`` positions: first the type's single codes, then ruled codes in random order, round again if short."""
        single = self.singles(rule_type_id)[:count]
        rows = self.ruled(kinds) if among is None else among
        rest = count - len(single)
        rounds = [rng.permutation(rows) for _ in range(-(-rest // max(len(rows), 1)))]
        return np.concatenate([single, *rounds])[:count].astype(int)

    def lists(self, kinds: Sequence[str], count: int, low: int, high: int, rng: np.random.Generator) -> list[list[str]]:
        """``count`` lists of low … high different ruled codes; the codes of one list are of one group."""
        groups = [rows for kind in kinds for rows in self._by_group[kind] if len(rows) > high]
        weights = np.array([len(rows) for rows in groups], dtype=float)
        picks = rng.choice(len(groups), count, p=weights / weights.sum())
        sizes = rng.integers(low, high + 1, count)
        starts = rng.random(count)
        strides = rng.integers(1, 17, count)
        found = []
        for pick, size, start, stride in zip(picks, sizes, starts, strides, strict=True):
            rows = groups[pick]
            first = int(start * len(rows))
            places = dict.fromkeys(
                (first + step * (int(stride) if len(rows) > 17 * high else 1)) % len(rows) for step in range(size)
            )
            found.append([self.code[rows[place]] for place in places])
        return found

    def joined(self, kinds: Sequence[str], count: int, low: int, high: int, rng: np.random.Generator) -> list[str]:
        """The same as texts of the file format."""
        return [";".join(codes) for codes in self.lists(kinds, count, low, high, rng)]

    def labels(self, rows: np.ndarray, upto: int | None = None) -> list[str]:
        """The diagnoses of each code's label; ``upto`` gives the first ones only, so a shorter set lies in the longer."""
        kinds, groups = self.kind[rows], self.group[rows]
        sets = self._labels
        return [";".join(sets[kind][group][row % VARIANTS][:upto]) for kind, group, row in zip(kinds, groups, rows, strict=True)]

    def decimals(self, rows: np.ndarray, name: str) -> np.ndarray:
        """A numeric column of the catalogue for these codes."""
        return pd.to_numeric(self.frame[name].iloc[rows]).to_numpy(dtype=float)


def _label_sets(kind: str, seed: int) -> list[list[list[str]]]:
    """For each group VARIANTS sets of its labels, each without at most two of them."""
    rng = np.random.default_rng([seed, 300, int(kind)])
    sets = []
    for group in groups_of(kind):
        labels = list(group.labels)
        size = max(min(3, len(labels)), len(labels) - 2)
        sets.append([[str(one) for one in rng.permutation(labels)[:size]] for _ in range(VARIANTS)])
    return sets


def use_as_written(use: pd.DataFrame, named_by: Mapping[str, int]) -> pd.DataFrame:
    """The same table after writing: a code that the draw passed over is free as well, whatever it was meant for."""
    named = use["med_list_codg"].isin(named_by.keys()) | use["med_list_codg"].str.startswith(PREFIX_FAMILY)
    marks: dict[str, Any] = {
        "use": use["use"].where(named, "free"),
        "rule_type_id": use["rule_type_id"].where(named, None),
    }
    return use.assign(**marks)


def mentions(tables: Mapping[str, pd.DataFrame]) -> Counter[str]:
    """How many rows name each code, over the code columns of the given tables (prefix entries apart)."""
    counts: Counter[str] = Counter()
    for table in tables.values():
        for column in table.columns:
            if column in CODE_COLUMNS:
                for text in table[column].dropna():
                    counts.update({*text.split(";")} - {""})
    return counts


CODE_COLUMNS = (
    "med_list_codg",
    "alt_item_codes",
    "first_line_codes",
    "item_codes",
    "group_codes",
    "group_a",
    "group_b",
    "bundle_code",
    "component_codes",
    "required_codes",
    "allowed_with",
    "code_a",
    "code_b",
    "exempt_codes",
)
