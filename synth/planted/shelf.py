"""What cases are made of: rule rows, codes, diagnoses, days and hospitals, chosen by hashes of the county's seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from synth.diagnoses import entries, matches
from synth.institutions import RANKS, level_of
from synth.items import price
from synth.profile import CountyProfile

# Diagnoses of every-day medicine, tried in this order where one outside a set is wanted.
PLAIN_DIAGNOSES = ("I10.X00", "K29.500", "E11.900", "M54.500", "L30.900", "H10.900", "J06.900", "N20.000", "G47.000", "I25.100")

Row = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """A code of the catalogue with its price in millionths of a yuan."""

    code: str
    name: str
    list_type: str
    pric_micro: int


class Shelf:
    """Chooses for the cases of one county; a seed gives the same choices."""

    def __init__(self, rules: duckdb.DuckDBPyConnection, profile: CountyProfile) -> None:
        self.rules = rules
        self.profile = profile
        self.serial = 0
        self.fillers = self.items_where("list_type = '201' AND CAST(price_ref AS DOUBLE) BETWEEN 60 AND 400", 40)
        rules.execute("""
            CREATE OR REPLACE TABLE burden AS
            SELECT code, count(*) + 100 * CAST(code IN (SELECT code FROM under_prefix) AS INTEGER) AS rows
                FROM named GROUP BY code
        """)

    def draw(self, purpose: str, sides: int) -> int:
        """A number 0 … sides - 1; every call draws anew."""
        self.serial += 1
        text = f"{self.profile.seed}|{purpose}|{self.serial}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % sides

    def rules_of(self, type_id: str, count: int, where: str = "true", code: str = "NULL", exempt: bool = False) -> list[Row]:
        """At most ``count`` rows in force over the whole county, without scope of place or exemptions, in a fixed random order.

        ``code``: SQL of the code to be charged; rows whose code few other rules name come first. ``exempt``: rows that spare
        some diagnoses or departments are taken too (the case must avoid these diagnoses, and be in a department A0…).
        """
        first, last = self.profile.first_day, self.profile.first_day + timedelta(days=self.profile.days)
        found = self.rules.execute(f"""
            SELECT r.* FROM {type_id} AS r LEFT JOIN burden ON burden.code = ({code})
            LEFT JOIN catalogue ON catalogue.med_list_codg = ({code})
            WHERE coalesce(r.stas, 'active') = 'active' AND r.poolarea IS NULL AND (r.exempt_dept IS NULL OR {exempt}
                AND NOT contains(r.exempt_dept, 'A0')) AND (r.exempt_diag IS NULL OR {exempt})
              AND coalesce(r.begndate, '') <= '{first}' AND coalesce(r.enddate, '9999-12-31') >= '{last}' AND ({where})
              AND r.rule_id NOT IN (SELECT rule_id FROM {type_id} GROUP BY rule_id HAVING count(*) > 1)
              AND (({code}) IS NULL OR coalesce(CAST(catalogue.price_ref AS DOUBLE), 0) BETWEEN 0.05 AND 20000)
            ORDER BY coalesce(burden.rows, 1), md5('{self.profile.seed}' || r.rule_id) LIMIT {count}
        """)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def items_where(self, where: str, count: int) -> list[Item]:
        """Free codes that meet a condition, in a fixed random order."""
        found = self.rules.execute(f"""
            SELECT med_list_codg, name, list_type, {price()} FROM free WHERE {where}
            ORDER BY md5('{self.profile.seed}' || med_list_codg) LIMIT {count}
        """)
        return [Item(*row) for row in found.fetchall()]

    def item(self, code: str) -> Item | None:
        """The catalogue's row of a code; None if the catalogue does not have it."""
        found = self.rules.execute(
            f"SELECT med_list_codg, name, list_type, {price()} FROM catalogue WHERE med_list_codg = ?", [code]
        )
        row = found.fetchone()
        return Item(*row) if row else None

    def known(self, text: str | None) -> list[Item]:
        """The catalogue's rows of a list parameter's exact entries, least burdened first."""
        exact = [entry for entry in entries(text) if not entry.endswith("*")]
        found = self.rules.execute(
            f"SELECT med_list_codg, name, list_type, {price()} FROM catalogue LEFT JOIN burden ON code = med_list_codg "
            "WHERE list_contains(?, med_list_codg) AND coalesce(CAST(price_ref AS DOUBLE), 0) > 0 "
            "ORDER BY coalesce(rows, 0), med_list_codg",
            [exact],
        )
        return [Item(*row) for row in found.fetchall()]

    def diagnosis_in(self, diagnosis_set: str | None) -> str | None:
        """A real diagnosis inside a set."""
        for entry in entries(diagnosis_set):
            low, dash, high = entry.upper().partition("-")
            test = f"left(code, 3) BETWEEN '{low}' AND '{high}'" if dash else f"starts_with(code, '{low}')"
            found = self.rules.execute(
                f"SELECT min(code) FROM icd10 WHERE {test} AND code NOT LIKE '%*%' AND code NOT LIKE '%+%'"
            ).fetchone()
            if found and found[0]:
                return str(found[0])
        return None

    def fitting_diagnosis(self, *codes: str) -> str:
        """A diagnosis that the indication rules (V01, V19) of these codes accept as far as one does; else an every-day one."""
        found = self.rules.execute(
            "SELECT diag_set FROM V01 WHERE list_contains(?, med_list_codg) "
            "UNION SELECT label_set FROM V19 WHERE list_contains(?, med_list_codg) ORDER BY 1",
            [list(codes), list(codes)],
        ).fetchall()
        sets = [text for (text,) in found if text]
        offered = [self.diagnosis_in(entry) for text in sets for entry in entries(text)[:6]] + list(PLAIN_DIAGNOSES)
        known = [code for code in offered if code]
        return max(known, key=lambda code: (sum(matches(code, one) for one in sets), -known.index(code)))

    def diagnosis_outside(self, *sets: str | None) -> str | None:
        """An every-day diagnosis in none of the sets."""
        for code in PLAIN_DIAGNOSES:
            if not any(matches(code, one) for one in sets):
                return code
        return None

    def day(self, early: bool = False, margin: int = 50) -> int:
        """A day of the county (0 = the first) with room on both sides; ``early``: the second or third of a month."""
        month = self.draw("month", self.profile.months)
        first = datetime.strptime(self.profile.batches[month], "%Y-%m").date()  # noqa: DTZ007  a date only
        number = (first - self.profile.first_day).days + (1 + self.draw("day", 2) if early else self.draw("day", 26))
        return max(1, min(number, self.profile.days - min(margin, self.profile.days // 2)))

    def hospital_for(self, row: Row | None, ranks: Iterable[int] = (3, 2, 1)) -> int | None:
        """A hospital that a rule row's level scope and the wanted ranks allow; None if there is none."""
        wanted = self.hospitals_for(row, ranks)
        return wanted[self.draw("hospital", len(wanted))] if wanted else None

    def hospitals_for(self, row: Row | None, ranks: Iterable[int] = (3, 2, 1)) -> list[int]:
        """The hospitals that a rule row's level scope and the wanted ranks allow."""
        levels = [int(level) for level in entries(row.get("hosp_lv"))] if row else []
        return [
            number for number in range(min(24, self.profile.hospitals))
            if RANKS[level_of(number)] in tuple(ranks) and (not levels or level_of(number) in levels)
        ]  # fmt: skip

    def class_for(self, row: Row, *usual: str) -> str | None:
        """The first usual class that a rule row's class scope allows; None if it allows none of them."""
        scope = entries(row.get("med_class"))
        return next((name for name in usual if not scope or name in scope), None)
