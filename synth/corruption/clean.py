"""A tiny county by a seed: eight weeks of history, and a clean batch of the week after."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]

FIRST_DAY = date(2025, 1, 6)  # a Monday
HISTORY_DAYS, BATCH_DAYS = 56, 7
INSTITUTIONS, PERSONS, DOCTORS, ITEMS = 3, 60, 2, 20
VISITS_A_DAY = range(13, 18)  # of an institution: ten are needed before an empty day tells something
LINES_OF_VISIT = range(1, 4)
CENT = Decimal("0.01")


@dataclass
class Batch:
    """What lands together: rows by table, and files whose bytes are no longer those of their rows."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes one CSV a table into the batch's folder; a table without rows has no file."""
        folder.mkdir(parents=True)
        for table, rows in self.tables.items():
            if rows:
                with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                    writer.writeheader()
                    writer.writerows(rows)
        for name, content in self.raw.items():
            (folder / name).write_bytes(content)


def catalogue() -> list[Row]:
    """The items that all counties bill; their codes begin with a zero."""
    names = ("阿莫西林胶囊", "布洛芬缓释片", "血常规", "一次性注射器", "葡萄糖注射液")
    return [
        {"med_list_codg": f"0X{n:03d}", "name": names[n % len(names)], "list_type": "101", "begndate": "2020-01-01"}
        for n in range(ITEMS)
    ]


def county(mark: str, seed: int) -> tuple[Batch, Batch]:
    """History and clean batch of a county whose keys all carry ``mark``: no two counties touch each other."""
    dice = random.Random(seed)  # noqa: S311 - made-up data
    history = Batch({name: [] for name in ("fixmedins_d", "prac_psn_d", "psn_d", "mdtrt_d", "setl_d")})
    new = Batch({name: [] for name in ("mdtrt_d", "setl_d", "fee_list_d", "diag_d")})
    places = [f"00{mark}{n}" for n in range(INSTITUTIONS)]
    people = [_person(mark, n, dice) for n in range(PERSONS)]
    history.tables["psn_d"] = people
    for place in places:
        history.tables["fixmedins_d"].append({
            "fixmedins_code": place, "fixmedins_name": "合成卫生院", "fixmedins_type": "1", "hosp_lv": "5",
            "begndate": "2020-01-01",
        })  # fmt: skip
        history.tables["prac_psn_d"] += [
            {"prac_psn_code": f"{place}d{n}", "fixmedins_code": place, "hi_dr_flag": "1", "begndate": "2020-01-01"}
            for n in range(DOCTORS)
        ]
    for offset in range(HISTORY_DAYS + BATCH_DAYS):
        day = FIRST_DAY + timedelta(days=offset)
        batch = history if offset < HISTORY_DAYS else new
        for place in places:
            for number in range(dice.choice(VISITS_A_DAY)):
                _visit(batch, f"{place}{day:%m%d}{number:02d}", place, dice.choice(people), _at(day, number), dice)
    return history, new


def _person(mark: str, n: int, dice: random.Random) -> Row:
    born = date(1940, 1, 1) + timedelta(days=dice.randrange(25_000))
    named = {"psn_name": f"合成人{n}", "certno": "", "tel": ""}
    return {"psn_no": f"{mark}p{n}", **named, "gend": dice.choice("12"), "brdy": born.isoformat()}


def _at(day: date, number: int) -> datetime:
    """Visits of a day begin at minutes of their own, so that no two of a person are alike."""
    return datetime.combine(day, time(8 + number // 2, 25 * (number % 2)))


def _visit(batch: Batch, key: str, place: str, person: Row, begun: datetime, dice: random.Random) -> None:
    """Adds a visit with its settlement; to a batch that holds lines, with these and a diagnosis."""
    lines = [_line(key, n, place, person["psn_no"], begun, dice) for n in range(dice.choice(LINES_OF_VISIT))]
    who = {"mdtrt_id": f"m{key}", "psn_no": person["psn_no"]}
    ended = begun + timedelta(minutes=20)
    visit = {
        "fixmedins_code": place,
        "med_type": "11",
        "begntime": str(begun),
        "endtime": str(ended),
        "chfpdr_code": f"{place}d0",
    }
    batch.tables["mdtrt_d"].append({**who, **visit, "vali_flag": "1"})
    batch.tables["setl_d"].append(_settlement(key, place, person, who, ended, lines))
    if "fee_list_d" in batch.tables:
        batch.tables["fee_list_d"] += lines
        named = {"diag_code": "J18.900", "diag_name": dice.choice(("肺炎", "支气管肺炎"))}
        batch.tables["diag_d"].append({**who, "diag_srt_no": "1", "inout_diag_type": "1", "maindiag_flag": "1", **named})


def _line(key: str, n: int, place: str, psn_no: str, begun: datetime, dice: random.Random) -> Row:
    cnt, pric = Decimal(dice.randrange(1, 6)), Decimal(dice.randrange(200, 20_000)) * CENT
    amount = cnt * pric
    own = (amount / 10).quantize(CENT)
    return {
        "mdtrt_id": f"m{key}", "feedetl_sn": f"{n}", "setl_id": f"s{key}", "psn_no": psn_no, "fixmedins_code": place,
        "med_type": "11", "fee_ocur_time": str(begun + timedelta(minutes=1 + n)), "list_type": "101",
        "med_list_codg": f"0X{dice.randrange(ITEMS):03d}",
        "hilist_name": "阿莫西林胶囊", "chrgitm_lv": "02", "cnt": str(cnt), "pric": str(pric), "det_item_fee_sumamt": str(amount),
        "fulamt_ownpay_amt": "0.00", "overlmt_amt": "0.00", "preselfpay_amt": str(own), "inscp_scp_amt": str(amount - own),
        "bilg_dr_codg": f"{place}d0", "vali_flag": "1",
    }  # fmt: skip


def _settlement(key: str, place: str, person: Row, who: Row, ended: datetime, lines: list[Row]) -> Row:
    total, own, scope = (
        sum((Decimal(line[name]) for line in lines), Decimal(0))
        for name in ("det_item_fee_sumamt", "preselfpay_amt", "inscp_scp_amt")
    )
    fund = (scope * 7 / 10).quantize(CENT)
    day = str(ended.date())
    return {
        "setl_id": f"s{key}", **who, "gend": person["gend"], "brdy": person["brdy"], "insutype": "310", "insu_admdvs": place[:-1],
        "fix_blng_admdvs": place[:-1], "pay_loc": "1", "fixmedins_code": place, "hosp_lv": "5", "begndate": day, "enddate": day,
        "setl_time": str(ended), "med_type": "11", "hi_paymtd": "1", "medfee_sumamt": str(total), "fulamt_ownpay_amt": "0.00",
        "overlmt_selfpay": "0.00", "preselfpay_amt": str(own), "inscp_scp_amt": str(scope), "hifp_pay": str(fund),
        "fund_pay_sumamt": str(fund), "psn_part_amt": str(total - fund), "psn_cash_pay": str(total - fund), "refd_setl_flag": "0",
        "vali_flag": "1",
    }  # fmt: skip
