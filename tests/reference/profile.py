"""The regional profile of section 4: med_type to class, level to rank, text to times a day."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.values import as_integer, as_number, entries

CLASSES = {
    "11": "OTP",
    "13": "EMERG",
    "14": "OPSP",
    "21": "IPT",
    "2108": "DAYSURG",
    "22": "TRAUMA",
    "41": "PHARM",
    "51": "MATN",
    "52": "MATN",
    "23": "IPT",
    "24": "IPT",
    "28": "DAYSURG",
}
RANKS = {1: 3, 2: 3, 3: 3, 4: 3, 5: 2, 6: 2, 7: 2, 8: 1, 9: 1, 10: 1, 11: 0}
FREQUENCIES = {
    "QD": Fraction(1),
    "BID": Fraction(2),
    "TID": Fraction(3),
    "QID": Fraction(4),
    "QN": Fraction(1),
    "Q12H": Fraction(2),
    "Q8H": Fraction(3),
    "Q6H": Fraction(4),
    "Q4H": Fraction(6),
    "QOD": Fraction(1, 2),
    "QW": Fraction(1, 7),
}


class Profile:
    """Defaults of the contract, overlaid by configuration keys of the same names."""

    def __init__(self, conf: dict[str, str]) -> None:
        self.classes = CLASSES | _under(conf, "med_class.")
        self.ranks = RANKS | {int(k): as_integer(v) or 0 for k, v in _under(conf, "hosp_rank.").items()}
        times = {k.upper(): as_number(v) for k, v in _under(conf, "dose_frequency.").items()}
        self.frequencies = FREQUENCIES | {k: v for k, v in times.items() if v is not None}
        self.inpatient_prefixes = entries(conf.get("inpatient_prefixes", "2;52"))

    def visit_class(self, med_type: str | None) -> str | None:
        """The class of the longest prefix that fits."""
        fitting = [prefix for prefix in self.classes if med_type and med_type.startswith(prefix)]
        return self.classes[max(fitting, key=len)] if fitting else None

    def is_inpatient(self, med_type: str | None) -> bool | None:
        """Unknown where the class is."""
        if med_type is None or self.visit_class(med_type) is None:
            return None
        return med_type.startswith(tuple(self.inpatient_prefixes))

    def rank(self, hosp_lv: int | None) -> int | None:
        """3 is the highest."""
        return None if hosp_lv is None else self.ranks.get(hosp_lv)

    def times_a_day(self, frequency: str | None) -> Fraction | None:
        """Compared trimmed and in upper case."""
        return self.frequencies.get((frequency or "").strip().upper())


def _under(conf: dict[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): value for key, value in conf.items() if key.startswith(prefix)}
