"""Where cases are written: picks rule rows, casts persons, and notes visits, lines, records and the truth."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from synth.diagnoses import entries, matches
from synth.institutions import RANKS, doctor_code, hospital, institution_code, level_of, pharmacy_code
from synth.items import price
from synth.places import COUNTY
from synth.planted.plan import CARRIED, Plan
from synth.profile import CountyProfile
from synth.visits import MED_TYPES

INPATIENT = ("IPT", "DAYSURG", "TRAUMA", "MATN")
CHARGE_TYPES = {"101": "09", "102": "11", "103": "10", "201": "05", "301": "08"}
# Diagnoses of every-day medicine, tried in this order where one outside a set is wanted.
PLAIN_DIAGNOSES = ("I10.X00", "K29.500", "E11.900", "M54.500", "L30.900", "H10.900", "J06.900", "N20.000", "G47.000", "I25.100")
# A person is seen nowhere else for so many days around a case.
QUIET_DAYS = 45

Row = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """A code of the catalogue with its price in millionths of a yuan."""

    code: str
    name: str
    list_type: str
    pric_micro: int


class Desk:
    """Writes the cases of one county into a plan. All choices are hashes of the seed, so a seed gives the same cases."""

    def __init__(self, rules: duckdb.DuckDBPyConnection, profile: CountyProfile) -> None:
        self.rules = rules
        self.profile = profile
        self.plan = Plan()
        self.cast = 0
        self.serial = 0
        self.doctors_used = 0
        self.fillers = self.items_where("list_type = '201' AND CAST(price_ref AS DOUBLE) BETWEEN 60 AND 400", 40)
        rules.execute("""
            CREATE OR REPLACE TABLE burden AS
            SELECT code, count(*) + 100 * CAST(code IN (SELECT code FROM under_prefix) AS INTEGER) AS rows
                FROM named GROUP BY code
        """)

    # ---- choosing -------------------------------------------------------------------------------------------------

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

    # ---- writing --------------------------------------------------------------------------------------------------

    def person(
        self, gend: str = "", age: int = 0, row: Row | None = None, insutype: str = "390", died: date | None = None
    ) -> Row:
        """Cast the next insured person; a rule row's insurance scope is met."""
        stride = next(step for step in (7919, 7907, 6007, 1) if self.profile.persons % step or step == 1)
        number = (self.cast * stride + self.profile.seed) % self.profile.persons
        self.cast += 1
        scope = entries(row.get("insutype")) if row else []
        years = age or 30 + self.draw("age", 30)
        born = self.profile.first_day - timedelta(days=years * 365 + years // 4 + 40 + self.draw("birth", 200))
        person: Row = {
            "person": number, "psn_no": f"SYN{number:012d}", "gend": gend or str(1 + self.draw("gend", 2)), "brdy": born,
            "insutype": scope[0] if scope else insutype, "insu_admdvs": COUNTY, "die_date": died,
            "quiet_from": None, "quiet_to": None, "slot": 4, "row": row,
        }  # fmt: skip
        self.plan.people.append(person)
        return person

    def hospital_for(self, row: Row | None, ranks: Iterable[int] = (3, 2, 1)) -> int | None:
        """A hospital that a rule row's level scope and the wanted ranks allow; None if there is none."""
        levels = [int(level) for level in entries(row.get("hosp_lv"))] if row else []
        wanted = [
            number for number in range(min(24, self.profile.hospitals))
            if RANKS[level_of(number)] in tuple(ranks) and (not levels or level_of(number) in levels)
        ]  # fmt: skip
        return wanted[self.draw("hospital", len(wanted))] if wanted else None

    def class_for(self, row: Row, *usual: str) -> str | None:
        """The first usual class that a rule row's class scope allows; None if it allows none of them."""
        scope = entries(row.get("med_class"))
        return next((name for name in usual if not scope or name in scope), None)

    def visit(
        self, person: Row, visit_class: str, day: int, diagnoses: list[str], *, inst: int | None = None, nights: int = 0,
        hour: int = 9, dept: str = "A03", filler: int = 1, **more: Any,
    ) -> Row:  # fmt: skip
        """A visit with ``filler`` ordinary lines on each day, by default where the rule row looks; ``more`` sets any column."""
        if inst is None:
            inst = self.hospital_for(person["row"])
        place = self.place(visit_class, inst if inst is not None else self.draw("inst", 9))
        begun = datetime.combine(self.profile.first_day, datetime.min.time()) + timedelta(
            days=day, hours=hour, minutes=self.draw("minute", 50)
        )
        ended = begun + (timedelta(days=nights, hours=2) if visit_class in INPATIENT else timedelta(hours=1))
        person["quiet_from"] = min(day - QUIET_DAYS, person["quiet_from"] if person["quiet_from"] is not None else day)
        person["quiet_to"] = max(day + nights + QUIET_DAYS, person["quiet_to"] or 0)
        key = hashlib.md5(f"{self.profile.seed}|{person['person']}|{day // 28}|{person['slot']}".encode()).hexdigest()  # noqa: S324
        person["slot"] += 1
        visit: Row = {
            "person": person["person"], "psn_no": person["psn_no"], "mdtrt_id": f"M{key[:16]}", "gend": person["gend"],
            "brdy": person["brdy"], "age": (self.profile.first_day - person["brdy"]).days // 365, "insutype": person["insutype"],
            "insu_admdvs": person["insu_admdvs"], "visit_class": visit_class, "med_type": MED_TYPES[visit_class],
            "is_inpatient": visit_class in INPATIENT, **place, "dept": None if visit_class == "PHARM" else dept,
            "begn_time": begun, "end_time": ended, "setl_time": ended, "stay_nights": nights, "pay_loc": "1", "hi_paymtd": "1",
            "dscg_way": "1" if visit_class in INPATIENT else None, "diag_codes": diagnoses, "is_planted": True, "lines": 0,
        }  # fmt: skip
        if visit_class != "PHARM":
            self.doctors_used += 1
            visit["doctor"] = doctor_code(visit["fixmedins_code"], dept, self.doctors_used % 4)
        visit |= more
        self.plan.visit_list.append(visit)
        for number in range(filler * (nights + 1)):
            self.line(visit, self.fillers[(self.cast + number) % len(self.fillers)], day=number // max(filler, 1), minute=1)
        return visit

    def place(self, visit_class: str, inst: int) -> Row:
        """The institution columns of a visit."""
        if visit_class == "PHARM":
            number = inst % self.profile.pharmacies
            code = pharmacy_code(number)
            return {"inst": self.profile.hospitals + number, "fixmedins_code": code, "hosp_lv": None, "hosp_rank": None}
        own = hospital(inst)
        return {"inst": inst, "fixmedins_code": institution_code(inst), "hosp_lv": own["hosp_lv"], "hosp_rank": own["hosp_rank"]}

    def line(self, visit: Row, item: Item, cnt: int = 1, *, day: int = 0, minute: int = 10, **more: Any) -> Row:
        """A line on a day of the visit (0 = the first), within its times; ``more`` sets any of its columns."""
        visit["lines"] += 1
        at = min(visit["begn_time"] + timedelta(days=day, minutes=minute + visit["lines"] % 40), visit["end_time"])
        line: Row = {name: visit.get(name) for name in CARRIED} | {
            "sn": day * 100 + visit["lines"], "fee_time": at, "med_list_codg": item.code, "hilist_name": item.name,
            "list_type": item.list_type, "med_chrgitm_type": CHARGE_TYPES[item.list_type], "chrgitm_lv": "01", "cnt": cnt,
            "pric_micro": item.pric_micro, "is_take_home": False,
        }  # fmt: skip
        line |= more
        self.plan.line_list.append(line)
        return line

    def record(self, table: str, visit: Row, **values: Any) -> None:
        """A row of a further source table, in the batch of the visit's settlement."""
        texts = {name: None if value is None else str(value) for name, value in values.items()}
        row = {"mdtrt_id": visit["mdtrt_id"], "batch_id": f"{visit['setl_time']:%Y-%m}"} | texts
        self.plan.extra.setdefault(table, []).append(row)

    def fault(
        self, type_id: str, row: Row, visit: Row, lines: list[Row] | None = None, amount: Decimal | None = None, kind: str = ""
    ) -> None:
        """Note the truth: these lines (none: the whole visit) break the row; ``amount`` is what each of them is found with."""
        for line in lines or [None]:  # type: ignore[list-item]
            self.plan.truth.append({
                "kind": kind or ("suspicion" if type_id.startswith("S") else "violation"),
                "rule_type_id": type_id, "rule_id": row["rule_id"], "rule_ver": int(row["rule_ver"] or 1),
                "variant": row.get("variant"), "mdtrt_id": visit["mdtrt_id"], "setl_id": f"S{visit['mdtrt_id'][1:]}0",
                "feedetl_sn": f"{line['sn']:05d}" if line else "*", "psn_no": visit["psn_no"],
                "fixmedins_code": visit["fixmedins_code"], "month": f"{visit['setl_time']:%Y-%m}", "vola_amt": amount,
            })  # fmt: skip


def whole(line: Row) -> Decimal:
    """The amount of a line in yuan."""
    fen = (line["cnt"] * line["pric_micro"] + 5000) // 10000
    return Decimal(fen) / 100
