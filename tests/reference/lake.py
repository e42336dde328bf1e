"""What a batch holds once netted: settlements, visits and net lines with everything a rule asks of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.reference.bills import Line, Settlement, Visit
from tests.reference.diagnoses import Diagnosis
from tests.reference.profile import Profile
from tests.reference.typing_rows import typed
from tests.reference.values import Row, day, integer, moment, number, text

Tables = dict[str, list[Row]]


class Lake:
    """All net rows, in order, and the rows of the other tables that are typed and of no invalid visit."""

    def __init__(self, tables: Tables, profile: Profile) -> None:
        self.profile = profile
        self.rows = typed(tables)
        self.present = set(tables)
        self.institutions = {text(r, "fixmedins_code"): r for r in self.rows.get("fixmedins_d", [])}
        self.persons = {text(r, "psn_no"): r for r in self.rows.get("psn_d", [])}
        self.valid_visit_rows = {str(r["mdtrt_id"]): r for r in self.rows["mdtrt_d"] if integer(r, "vali_flag") != 0}
        self.settlements = self._settlements()
        self.visits = self._visits()
        self.lines = self._lines()
        times = [t for r in self.rows["fee_list_d"] if (t := moment(r, "fee_ocur_time"))]
        self.earliest = min(times).date() if times else None

    def of_visit(self, table: str, visit: Visit) -> list[Row]:
        """Rows of a table that belong to the visit; without its invalid ones."""
        return [r for r in self.rows.get(table, []) if r["mdtrt_id"] == visit.id and integer(r, "vali_flag") != 0]

    def of_person(self, person: str | None) -> list[Visit]:
        """The person's visits."""
        return [visit for visit in self.visits if person and visit.person == person]

    def _settlements(self) -> list[Settlement]:
        """Net settlements: an invalid one is out before it can refund another."""
        rows = [r for r in self.rows["setl_d"] if integer(r, "vali_flag") != 0]
        refunds = [r for r in rows if integer(r, "refd_setl_flag") == 1]
        out = {text(r, "setl_id") for r in refunds} | {text(r, "init_setl_id") for r in refunds}
        kept = [r for r in rows if r["setl_id"] not in out and r["mdtrt_id"] in self.valid_visit_rows]
        return [
            Settlement(
                str(r["setl_id"]),
                str(r["mdtrt_id"]),
                r,
                moment(r, "setl_time"),
                number(r, "fund_pay_sumamt") or Fraction(),
                number(r, "inscp_scp_amt") or Fraction(),
            )
            for r in kept
        ]

    def _visits(self) -> list[Visit]:
        own: dict[str, list[Settlement]] = defaultdict(list)
        for settlement in self.settlements:
            own[settlement.mdtrt_id].append(settlement)
        visits = []
        for mdtrt_id, row in sorted(self.valid_visit_rows.items()):
            if mdtrt_id in own:
                visit = Visit(mdtrt_id, row, own[mdtrt_id], None, None, None, None, None, None, None, [])
                self._complete(visit)
                visits.append(visit)
        return visits

    def _complete(self, visit: Visit) -> None:
        med_type = text(visit.row, "med_type")
        visit.visit_class = self.profile.visit_class(med_type)
        visit.is_inpatient = self.profile.is_inpatient(med_type)
        visit.begin, visit.end = moment(visit.row, "begntime"), moment(visit.row, "endtime")
        visit.gend, visit.brdy, visit.hosp_lv = self.attributes(visit.last)
        visit.diagnoses = [
            Diagnosis(
                code.strip().upper(),
                integer(r, "maindiag_flag") == 1,
                integer(r, "inout_diag_type") or 0,
                str(r["diag_srt_no"]),
            )
            for r in self.of_visit("diag_d", visit)
            if (code := text(r, "diag_code")) and code.strip()
        ]

    def attributes(self, settlement: Settlement) -> tuple[int | None, date | None, int | None]:
        """Sex and birth date (psn_d stands in) and level (fixmedins_d stands in for a missing one)."""
        person = self.persons.get(text(settlement.row, "psn_no"), {})
        sexes = [s for s in (integer(settlement.row, "gend"), integer(person, "gend")) if s in (1, 2)]
        level = integer(settlement.row, "hosp_lv")
        if text(settlement.row, "hosp_lv") is None:
            level = integer(self.institutions.get(text(settlement.row, "fixmedins_code"), {}), "hosp_lv")
        birth = day(settlement.row, "brdy") or day(person, "brdy")
        return (sexes[0] if sexes else None), birth, level

    def _lines(self) -> list[Line]:
        """Lines after their refunds; those netted to zero or below are out."""
        settlements = {s.id: s for s in self.settlements}
        visits = {v.id: v for v in self.visits}
        rows = [
            r
            for r in self.rows["fee_list_d"]
            if integer(r, "vali_flag") != 0 and r["setl_id"] in settlements and r["mdtrt_id"] in visits
        ]
        refunds: dict[tuple[str | None, str | None], list[Row]] = defaultdict(list)
        for r in rows:
            if text(r, "init_feedetl_sn"):
                refunds[r["mdtrt_id"], r["init_feedetl_sn"]].append(r)
        lines = []
        for r in rows:
            if text(r, "init_feedetl_sn"):
                continue
            both = [r, *refunds[r["mdtrt_id"], r["feedetl_sn"]]]
            cnt, amt, inscp = (
                sum((number(x, name) or Fraction() for x in both), Fraction())
                for name in ("cnt", "det_item_fee_sumamt", "inscp_scp_amt")
            )
            time = moment(r, "fee_ocur_time")
            if cnt <= 0 or amt <= 0 or time is None:
                continue
            settlement, visit = settlements[str(r["setl_id"])], visits[str(r["mdtrt_id"])]
            facts = self.attributes(settlement)
            lines.append(Line(str(r["feedetl_sn"]), r, visit, settlement, time, cnt, amt, max(inscp, Fraction()), *facts))
        lines.sort(key=lambda line: line.order)
        for line in lines:
            line.visit.lines.append(line)
        return lines
