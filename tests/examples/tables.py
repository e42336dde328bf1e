"""The tables of one example: what it shows, completed by `general.examples` and clarification 27.

Readings where those two are silent:
- a visit that shows only begntime ends ten hours later, one that shows only endtime begins ten hours before it
  (the default distance), and a settlement's time is its visit's endtime, so every case is settled in 2025-03;
- a line may lie outside its visit's times (V08 on 2025-04-11): the month judged is that of its settlement;
- a setl_d row without setl_id holds for every settlement of the case (S08: the person's sex); one with it is that
  settlement (of M1 unless it says another visit), and a line's setl_id says in which of several it was settled;
- a shown fund payment above the lines' in-scope sum is the settlement's total and in-scope amount too;
- the first diagnosis is the main one, unless `main` is shown; `main: ""` leaves the default diagnosis unmarked;
- fee_list_d, setl_d, mdtrt_d, diag_d are always there (maybe empty), as is every needed table; others only if shown.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.examples.peers import peer_tables
from tests.examples.settlement import BEGIN, END, Row, setl_id_of, settlement

MED_TYPES = {
    "OTP": "11",
    "EMERG": "13",
    "OPSP": "14",
    "IPT": "21",
    "DAYSURG": "2108",
    "TRAUMA": "22",
    "PHARM": "41",
    "MATN": "51",
    "unknown": "99",
}
STAMP = "%Y-%m-%d %H:%M:%S"
VISIT_LENGTH = timedelta(hours=10)
CENT = Decimal("0.01")
# What a row of a further table holds when an example does not say otherwise; {n} counts its rows from 1.
DEFAULTS: dict[str, dict[str, str]] = {
    "psn_d": {"psn_no": "P1", "gend": "1", "brdy": "1980-01-01"},
    "fixmedins_d": {"fixmedins_code": "H1"},
    "prac_psn_d": {"prac_psn_code": "D{n}"},
    "drord_d": {"mdtrt_id": "M1", "drord_no": "O{n}", "drord_isu_time": "2025-03-10 08:30:00"},
    "report_d": {"mdtrt_id": "M1", "rpotc_no": "RP{n}"},
    "record_d": {"mdtrt_id": "M1", "rec_sn": "RC{n}", "rec_time": "2025-03-10 10:00:00"},
    "consent_d": {"mdtrt_id": "M1", "consent_sn": "C{n}"},
    "onsite_d": {"mdtrt_id": "M1"},
    "filing_d": {"filing_id": "F{n}", "psn_no": "P1"},
    "inventory_d": {"fixmedins_code": "H1"},
    "medins_map_d": {"fixmedins_code": "H1"},
    "oprn_d": {"mdtrt_id": "M1", "oprn_srt_no": "{n}"},
}


class CaseTables:
    """Builds the tables of one example; afterwards answers which (mdtrt_id, feedetl_sn) a shown name means."""

    def __init__(self, example: dict[str, Any], rule: dict[str, str], needed: list[str]) -> None:
        self.example = example
        self.tables: dict[str, list[Row]] = {"fee_list_d": [], "setl_d": [], "mdtrt_d": [], "diag_d": []}
        self.tables.update({name: [] for name in needed if name not in self.tables})
        if "peers" in example:
            self.tables.update(peer_tables(example["peers"], rule))
        else:
            self._add_visits()
            self._add_lines()
            self._add_settlements()
            self._add_diagnoses()
            self._add_others()
        for name in example.get("absent", []):
            self.tables.pop(name, None)

    def rows(self) -> dict[str, list[Row]]:
        """Table name → rows that all hold the same columns; an empty text is a missing value."""
        squared = {}
        for name, rows in self.tables.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            squared[name] = [{column: row.get(column) or None for column in columns} for row in rows]
        return squared

    def key_of(self, shown: str) -> tuple[str, str]:
        """(mdtrt_id, feedetl_sn) of a name under fault or related: a line's, a visit's, or ``*`` for the one visit."""
        for line in self.tables["fee_list_d"]:
            if line["feedetl_sn"] == shown:
                return str(line["mdtrt_id"]), shown
        visits = [str(visit["mdtrt_id"]) for visit in self.tables["mdtrt_d"]]
        if shown == "*":
            assert len(visits) == 1, f"* names no single visit among {visits}"
            return visits[0], "*"
        assert shown in visits, f"{shown} is neither a line nor a visit"
        return shown, "*"

    def _add_visits(self) -> None:
        """Every visit that the example shows or names in another table; M1 if it shows none."""
        shown = self.example.get("mdtrt_d", [{}]) + self.example.get("history", [])
        for visit in shown:
            self._add_visit(visit.get("mdtrt_id", "M1"), visit)
        named = [row.get("mdtrt_id") for t in ("fee_list_d", "report_d", "consent_d") for row in self.example.get(t, [])]
        for mdtrt_id in named:
            if mdtrt_id and all(visit["mdtrt_id"] != mdtrt_id for visit in self.tables["mdtrt_d"]):
                self._add_visit(mdtrt_id, {})

    def _add_visit(self, mdtrt_id: str, shown: dict[str, Any]) -> None:
        begin, end = shown.get("begntime"), shown.get("endtime")
        if begin and not end:
            end = (datetime.strptime(begin, STAMP) + VISIT_LENGTH).strftime(STAMP)  # noqa: DTZ007
        if end and not begin:
            begin = (datetime.strptime(end, STAMP) - VISIT_LENGTH).strftime(STAMP)  # noqa: DTZ007
        visit: Row = {
            "mdtrt_id": mdtrt_id,
            "psn_no": "P1",
            "fixmedins_code": "H1",
            "med_type": MED_TYPES[shown.get("class", "OTP")],
            "begntime": begin or BEGIN,
            "endtime": end or END,
            "vali_flag": "1",
        }
        not_columns = ("class", "main", "diag", "fund_pay_sumamt", "begntime", "endtime", "mdtrt_id")
        self.tables["mdtrt_d"].append(visit | {k: v for k, v in shown.items() if k not in not_columns})

    def _visit(self, mdtrt_id: str) -> Row:
        return next(visit for visit in self.tables["mdtrt_d"] if visit["mdtrt_id"] == mdtrt_id)

    def _add_lines(self) -> None:
        renamed = {"sn": "feedetl_sn", "t": "fee_ocur_time", "code": "med_list_codg"}
        for shown in self.example.get("fee_list_d", []):
            count, price = Decimal(shown.get("cnt", "1")), Decimal(shown.get("pric", "10.00"))
            amount = Decimal(shown["amt"]) if "amt" in shown else _cents(count * price)
            in_scope = Decimal(shown["inscp"]) if "inscp" in shown else amount
            visit = self._visit(shown.get("mdtrt_id", "M1"))
            line: Row = {name: visit[name] for name in ("mdtrt_id", "psn_no", "fixmedins_code", "med_type")}
            line |= {"setl_id": setl_id_of(str(visit["mdtrt_id"])), "fee_ocur_time": "2025-03-10 09:00:00"}
            line |= {"med_list_codg": "X00", "chrgitm_lv": "1", "vali_flag": "1", "cnt": str(count)}
            line |= {renamed.get(k, k): v for k, v in shown.items() if k not in ("amt", "inscp", "cnt", "pric")}
            line |= {"pric": str(amount if "amt" in shown and "pric" not in shown else price)}
            line |= {"det_item_fee_sumamt": f"{amount:.2f}", "inscp_scp_amt": f"{in_scope:.2f}"}
            line |= {"fulamt_ownpay_amt": f"{amount - in_scope:.2f}", "hilist_name": f"item {line['med_list_codg']}"}
            self.tables["fee_list_d"].append(line)

    def _add_settlements(self) -> None:
        """The valid settlement of each visit, and further ones that the example shows by their setl_id."""
        shown = self.example.get("setl_d", [])
        everywhere = next((row for row in shown if "setl_id" not in row), {})
        paid = {visit.get("mdtrt_id", "M1"): visit.get("fund_pay_sumamt") for visit in self._shown_visits()}
        for visit in self.tables["mdtrt_d"]:
            mdtrt_id = str(visit["mdtrt_id"])
            fund = paid.get(mdtrt_id)
            own = {setl_id_of(mdtrt_id): {"fund_pay_sumamt": fund} if fund else {}}
            for row in shown:
                if "setl_id" in row and row.get("mdtrt_id", "M1") == mdtrt_id:
                    own[row["setl_id"]] = own.get(row["setl_id"], {}) | row
            for setl_id, row in own.items():
                self._add_settlement(visit, {"setl_id": setl_id} | everywhere | row)

    def _add_settlement(self, visit: Row, shown: dict[str, Any]) -> None:
        """A settlement with the amounts of its lines, where the example shows no others."""
        lines = [line for line in self.tables["fee_list_d"] if line["setl_id"] == shown["setl_id"]]
        amount = sum((Decimal(str(line["det_item_fee_sumamt"])) for line in lines), Decimal())
        in_scope = sum((Decimal(str(line["inscp_scp_amt"])) for line in lines), Decimal())
        fund = Decimal(shown.get("fund_pay_sumamt", _cents(in_scope * Decimal("0.80"))))
        in_scope, amount = max(in_scope, fund), max(amount, fund)
        self.tables["setl_d"].append(settlement(visit, amount, in_scope, fund) | shown)

    def _shown_visits(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.example.get("mdtrt_d", [])
        return shown

    def _add_diagnoses(self) -> None:
        diagnoses = self.tables["diag_d"]
        for shown in self.example.get("diag_d", []):
            row = {"mdtrt_id": "M1", "diag_srt_no": str(len(diagnoses) + 1), "diag_code": shown["code"]}
            diagnoses.append(row | {name: value for name, value in shown.items() if name != "code"})
        if "diag_d" in self.example:
            return
        visits = self._shown_visits() + self.example.get("history", [])
        own = {v.get("mdtrt_id", "M1"): v["diag"] for v in visits if "diag" in v}
        if "diag" in self.example:
            own["M1"] = self.example["diag"]
        mains = {v.get("mdtrt_id", "M1"): v["main"] for v in self._shown_visits() if "main" in v}
        for visit in self.tables["mdtrt_d"]:
            mdtrt_id = str(visit["mdtrt_id"])
            codes = own.get(mdtrt_id) or [mains.get(mdtrt_id) or "Z00.000"]
            flags = ["" if mains.get(mdtrt_id) == "" else "1"] + [""] * len(codes)
            for number, code in enumerate([] if codes == "none" else codes):
                row = {"mdtrt_id": mdtrt_id, "diag_srt_no": str(number + 1), "diag_code": code}
                diagnoses.append(row | {"inout_diag_type": "1", "maindiag_flag": flags[number], "vali_flag": "1"})

    def _add_others(self) -> None:
        for name, defaults in DEFAULTS.items():
            if name in self.example:
                self.tables[name] = [
                    {column: text.format(n=number) for column, text in defaults.items()}
                    | {column: value for column, value in shown.items() if column != "institution"}
                    for number, shown in enumerate(self.example[name], start=1)
                ]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
