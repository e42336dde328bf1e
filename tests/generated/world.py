"""A few persons, institutions, visits, settlements and lines, as text, at the edges of everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from tests.generated import pools

Row = dict[str, str | None]
STAMP = "%Y-%m-%d %H:%M:%S"
SUMMED = ("det_item_fee_sumamt", "inscp_scp_amt")
CENT = Decimal("0.01")
# Types that look at many stays or institutions, and what visits are like in batches for some types.
CROWDED = ("S06", "S08", "S10", "S11", "S04")
USUAL_CLASS = {
    "V11": "14",
    "V22": "21",
    "S01": "21",
    "S02": "21",
    "S03": "21",
    "S04": "21",
    "S05": "21",
    "S10": "21",
    "S11": "21",
}
STAYS = ("S01", "S02", "S03", "S05")
PAIRS = ("V14", "V15", "V23", "V25")
COUNTS_DAYS = ("V09", "V20", "V21", "V22", "V26")
USUAL_LIST_TYPE = {"V04": "201", "V26": "103", "S09": "301", "V19": "101", "V03": "101", "V20": "101", "V21": "101"}


class World:
    """Makes the core tables of one batch: mdtrt_d, setl_d, fee_list_d, diag_d."""

    def __init__(self, rnd: Random, type_id: str) -> None:
        self.rnd, self.type_id = rnd, type_id
        self.visits: list[Row] = []
        self.settlements: list[Row] = []
        self.lines: list[Row] = []
        self.diagnoses: list[Row] = []
        crowd = type_id in CROWDED
        self.persons = [f"P{n}" for n in range(1, rnd.choice([3, 4, 5] if crowd else [1, 1, 2]) + 1)]
        self.institutions = [f"H{n}" for n in range(1, rnd.choice([2, 4, 5] if crowd else [1, 2]) + 1)]
        self.births = {person: rnd.choice(pools.BIRTHS) for person in self.persons}
        self.sexes = {person: rnd.choice(["1", "1", "2", "2", "0", "9", ""]) for person in self.persons}
        levels = ["5", "5", "05", rnd.choice(pools.LEVELS)] if crowd else pools.LEVELS
        self.levels = {place: rnd.choice(levels) for place in self.institutions}
        # Few values within one batch, so that its rows meet each other.
        self.dates = rnd.choices(pools.DATES, k=rnd.choice([2, 4] if type_id in STAYS else [1, 2, 4]))
        self.times = rnd.choices(pools.TIMES, k=rnd.choice([1, 3, 6]))
        self.codes = rnd.choices(pools.CODES, k=rnd.choice([2, 3, 6]))
        self.diseases = rnd.choices(pools.DIAGNOSES, k=rnd.choice([1, 2, 4]))
        self.orders = rnd.choices(pools.ORDER_NUMBERS, k=rnd.choice([1, 2, 4]))
        for number in range(1, rnd.choice([6, 9, 12] if crowd else [3, 4, 5] if type_id in STAYS else [1, 2, 3, 4]) + 1):
            self._add_visit(f"M{number}")

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.rnd.random() < share

    def _when(self) -> datetime:
        text = f"{self.rnd.choice(self.dates)} {self.rnd.choice(self.times)}"
        return datetime.strptime(text, STAMP)  # noqa: DTZ007

    def _add_visit(self, mdtrt_id: str) -> None:
        rnd, begin = self.rnd, self._when()
        usual = USUAL_CLASS.get(self.type_id)
        med_type = usual if usual and self.chance(0.8) else rnd.choice(pools.MED_TYPES)
        end = begin + timedelta(days=rnd.choice([0, 0, 1, 2, 4, 15]), hours=rnd.choice([0, 1, 10]))
        visit: Row = {
            "mdtrt_id": mdtrt_id,
            "psn_no": rnd.choice(self.persons),
            "fixmedins_code": rnd.choice(self.institutions),
            "med_type": med_type,
            "begntime": begin.strftime(STAMP),
            "endtime": end.strftime(STAMP),
            "chfpdr_code": rnd.choice(pools.DOCTORS),
            "adm_dept_codg": rnd.choice(pools.DEPARTMENTS),
            "dscg_dept_codg": rnd.choice(pools.DEPARTMENTS),
            "dscg_way": rnd.choice(["1", "1", "1", "4", "9", "2", "5", "", "7"]),
            "die_date": rnd.choice(["", "", "", "", "2025-03-09", "2025-03-10"]),
            "matn_stas": rnd.choice(["", "0", "1", "2", "3", "4"]),
            "ttp_pay_flag": rnd.choice(pools.FLAG),
            "dise_codg": rnd.choice(["", "M01", "M02;M01"]),
            "main_cond_dscr": rnd.choice(["", "车祸伤", "工地摔伤", "咳嗽"]),
            "vali_flag": rnd.choice(["1"] * 18 + ["0", ""]),
        }
        self.visits.append(visit)
        self._add_diagnoses(mdtrt_id)
        for number in range(1, rnd.choice([1, 1, 1, 1, 2, 2, 0]) + 1):
            self._add_settlement(visit, f"S{mdtrt_id[1:]}{'abc'[number - 1]}", end)

    def _add_diagnoses(self, mdtrt_id: str) -> None:
        rnd = self.rnd
        for number in range(1, rnd.choice([0, 1, 1, 2, 3]) + 1):
            pool = pools.TCM_DIAGNOSES if self.chance(0.12) else self.diseases
            self.diagnoses.append(
                {
                    "mdtrt_id": mdtrt_id,
                    "diag_srt_no": str(number * 5),
                    "inout_diag_type": rnd.choice(["1", "2", ""]),
                    "maindiag_flag": "1" if number == 1 and self.chance(0.8) else rnd.choice(pools.FLAG),
                    "diag_code": rnd.choice(pool),
                    "vali_flag": rnd.choice(["1"] * 9 + ["0", ""]),
                }
            )

    def _add_settlement(self, visit: Row, setl_id: str, end: datetime) -> None:
        rnd, person = self.rnd, str(visit["psn_no"])
        lines = [self._line(visit, setl_id) for _ in range(rnd.choice([2, 4, 6] if self.type_id in PAIRS else [0, 1, 2, 3, 5]))]
        lines += [self._refund(line) for line in lines if self.chance(0.12)]
        self.lines += lines
        amounts = {n: sum((Decimal(str(x[n])) for x in lines), Decimal()) for n in SUMMED}
        amount, in_scope = amounts["det_item_fee_sumamt"], amounts["inscp_scp_amt"]
        fund = _cents(in_scope * rnd.choice([Decimal("0.80"), Decimal("0.55"), Decimal(1), Decimal("0.3333")]))
        if not lines:
            fund = rnd.choice([Decimal("900.00"), Decimal("0.01"), Decimal(0)])
            amount = in_scope = fund
        elif self.chance(0.1):
            fund = Decimal(0)
        settlement: Row = {
            "setl_id": setl_id,
            "mdtrt_id": visit["mdtrt_id"],
            "psn_no": person,
            "gend": self.sexes[person],
            "brdy": self.births[person],
            "insutype": rnd.choice(["310", "310", "390", ""]),
            "insu_admdvs": rnd.choice(pools.AREAS),
            "pay_loc": rnd.choice(["", "1", "2", "3", "4", "5"]),
            "fixmedins_code": visit["fixmedins_code"],
            "hosp_lv": self.levels[str(visit["fixmedins_code"])] if self.chance(0.9) else "",
            "setl_time": (end + timedelta(hours=rnd.choice([0, 0, 1, 24]))).strftime(STAMP),
            "begndate": str(visit["begntime"])[:10],
            "enddate": str(visit["endtime"])[:10],
            "med_type": visit["med_type"],
            "hi_paymtd": rnd.choice(["1", "1", "3", "4", ""]),
            "dise_codg": rnd.choice(["", "M01", "M01", "M02", "M02,M01", "M03;M01"]),
            "medfee_sumamt": f"{amount:.2f}",
            "inscp_scp_amt": f"{in_scope:.2f}",
            "fund_pay_sumamt": f"{max(fund, Decimal(0)):.2f}",
            "refd_setl_flag": "0",
            "init_setl_id": "",
            "vali_flag": rnd.choice(["1"] * 18 + ["0", ""]),
        }
        self.settlements.append(settlement)
        if self.chance(0.05):
            back: Row = {"setl_id": setl_id + "r", "refd_setl_flag": "1", "init_setl_id": setl_id, "vali_flag": "1"}
            self.settlements.append(settlement | back)

    def _line(self, visit: Row, setl_id: str) -> Row:
        rnd = self.rnd
        begin = datetime.strptime(str(visit["begntime"]), STAMP)  # noqa: DTZ007
        on = begin.date() + timedelta(days=rnd.choice([0, 0, 0, 1, 1, 2, 5]))
        count, price = rnd.choice(pools.COUNTS), rnd.choice(pools.PRICES)
        amount = _cents(Decimal(count) * Decimal(price or "10"))
        if not amount or self.chance(0.1):
            amount = rnd.choice([Decimal("30.00"), Decimal("0.01"), Decimal("99.99")])
        in_scope = rnd.choice([amount, amount, amount, _cents(amount * Decimal("0.8")), Decimal(0)])
        own = sum(1 for line in self.lines if line["mdtrt_id"] == visit["mdtrt_id"]) + rnd.randrange(1, 1000) * 100
        list_type = USUAL_LIST_TYPE.get(self.type_id)
        line: Row = {name: visit[name] for name in ("mdtrt_id", "psn_no", "fixmedins_code", "med_type")}
        line |= {
            "feedetl_sn": f"L{own}",
            "setl_id": setl_id,
            "fee_ocur_time": f"{on} {rnd.choice(self.times)}",
            "list_type": list_type if list_type and self.chance(0.8) else rnd.choice(pools.LIST_TYPES),
            "med_list_codg": rnd.choice(self.codes),
            "medins_list_codg": rnd.choice(["", "", "K1", "K2"]),
            "hilist_name": "项目",
            "med_chrgitm_type": rnd.choice(pools.CHARGE_TYPES),
            "chrgitm_lv": rnd.choice(["1", "01", "2", "3", "03", ""]),
            "cnt": count,
            "pric": price,
            "det_item_fee_sumamt": f"{amount:.2f}",
            "inscp_scp_amt": f"{in_scope:.2f}",
            "bilg_dept_codg": rnd.choice(pools.DEPARTMENTS),
            "bilg_dr_codg": rnd.choice(pools.DOCTORS),
            "rx_drord_no": rnd.choice(self.orders),
            "init_feedetl_sn": "",
            "lmt_used_flag": "1" if self.chance(0.08) else "",
            "hosp_appr_flag": rnd.choice(["", "0", "1", "2"]),
            "etip_flag": "1" if self.chance(0.05) else "",
            "dscg_tkdrug_flag": rnd.choice(["1", "1", "0", ""]) if self.type_id in ("V20", "V22") else "",
            "rx_circ_flag": "1" if self.chance(0.05) else "",
            "prd_days": rnd.choice(pools.PRD_DAYS[:4] if self.type_id in COUNTS_DAYS and self.chance(0.8) else pools.PRD_DAYS),
            "tcmdrug_used_way": rnd.choice(["", "1", "2"]),
            "drug_trac_codg": rnd.choice(["", "", "T1", "T2", "T1,T3"]),
            "vali_flag": rnd.choice(["1"] * 24 + ["0", ""]),
        }
        return line

    def _refund(self, line: Row) -> Row:
        """A refund of the whole line or of half of it; at times of a line that is not there."""
        share = self.rnd.choice([Decimal(1), Decimal("0.5")])
        refund = line | {"feedetl_sn": f"{line['feedetl_sn']}r", "init_feedetl_sn": line["feedetl_sn"]}
        for name, places in (("cnt", Decimal("0.0001")), ("det_item_fee_sumamt", CENT), ("inscp_scp_amt", CENT)):
            refund[name] = str(-(Decimal(str(line[name])) * share).quantize(places, rounding=ROUND_HALF_UP))
        if self.chance(0.05):
            refund["init_feedetl_sn"] = self.rnd.choice(["", "L0"])
        return refund | {"vali_flag": "1"}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
