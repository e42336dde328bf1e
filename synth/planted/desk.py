"""Where cases are written: casts persons, and notes visits, lines, records and the truth."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from synth.diagnoses import entries
from synth.institutions import doctor_code, hospital, institution_code, pharmacy_code
from synth.places import COUNTY
from synth.planted.plan import CARRIED, Plan
from synth.planted.shelf import Item, Row, Shelf
from synth.profile import CountyProfile
from synth.visits import MED_TYPES

INPATIENT = ("IPT", "DAYSURG", "TRAUMA", "MATN")
CHARGE_TYPES = {"101": "09", "102": "11", "103": "10", "201": "05", "301": "08"}
# A person is seen nowhere else for so many days around a case.
QUIET_DAYS = 45


class Desk(Shelf):
    """Writes the cases of one county into a plan."""

    def __init__(self, rules: duckdb.DuckDBPyConnection, profile: CountyProfile) -> None:
        super().__init__(rules, profile)
        self.plan = Plan()
        self.cast = 0
        self.doctors_used = 0

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
        self.further(table, f"{visit['setl_time']:%Y-%m}", mdtrt_id=visit["mdtrt_id"], **values)

    def further(self, table: str, batch: str, **values: Any) -> None:
        """A row of a further source table that belongs to no visit, in a batch."""
        row: Row = {name: None if value is None else str(value) for name, value in values.items()}
        self.plan.extra.setdefault(table, []).append(row | {"batch_id": batch})

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
