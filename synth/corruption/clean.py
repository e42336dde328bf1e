"""A small county by a seed: eight weeks of history, a batch each, and any number of clean weeks that may follow.

All is clean by construction, and lives: weekends are quiet, stays last days, lines are given back, bills come late, an
institution closes for a day, a week of holidays brings less of everybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from synth.corruption.batch import Batch, Row

FIRST_DAY = date(2025, 1, 6)  # a Monday
WEEKS, DAYS_OF_WEEK = 8, 7
# Settlements of a weekday by institution: some 1,400 a week in all, so that shares bind by the default settings.
SIZES = (20, 30, 40, 60, 90)
WEEKEND = 0.6
PERSONS, DOCTORS, ITEMS = 1_500, 3, 40
STAYS, REFUNDS, LATE = 0.05, 0.03, 0.01
HOLIDAYS, CLOSED = 0.1, 0.2  # of the weeks
NAMES = ("阿莫西林胶囊", "布洛芬缓释片", "血常规", "一次性注射器", "葡萄糖注射液")
REGISTERS = ("fixmedins_d", "prac_psn_d", "psn_d", "catalog_d")
BILLS = ("mdtrt_d", "setl_d", "fee_list_d", "diag_d")


@dataclass
class County:
    """Institutions and persons of a seed, and the batches they send."""

    seed: int
    sizes: tuple[int, ...] = SIZES
    people: list[Row] = field(init=False)
    places: list[str] = field(init=False)

    def __post_init__(self) -> None:
        dice = random.Random(self.seed)  # noqa: S311 - made-up data
        self.people = [_person(n, dice) for n in range(PERSONS)]
        self.places = [f"00H{n}" for n in range(len(self.sizes))]

    def history(self) -> Iterator[tuple[str, Batch]]:
        """The batches of the weeks before, by batch_id; the first brings the registers too. They have no lines."""
        for week in range(WEEKS):
            batch = self._bills(f"h{week}", week, random.Random(f"{self.seed}-{week}"), has_lines=False)  # noqa: S311
            yield f"h{week}", Batch({**self._registers(), **batch.tables}) if week == 0 else batch

    def week(self, mark: str, seed: int) -> Batch:
        """A clean batch of the week after the history; its keys carry the mark."""
        return self._bills(mark, WEEKS, random.Random(f"{self.seed}-{mark}-{seed}"), has_lines=True)  # noqa: S311

    def _registers(self) -> dict[str, list[Row]]:
        begun = {"begndate": "2020-01-01"}
        return {
            "fixmedins_d": [
                {"fixmedins_code": place, "fixmedins_name": "合成卫生院", "fixmedins_type": "1", "hosp_lv": "5", **begun}
                for place in self.places
            ],
            "prac_psn_d": [
                {"prac_psn_code": f"{place}D{n}", "fixmedins_code": place, "hi_dr_flag": "1", **begun}
                for place in self.places
                for n in range(DOCTORS)
            ],
            "psn_d": self.people,
            "catalog_d": [
                {"med_list_codg": f"0X{n:03d}", "name": NAMES[n % len(NAMES)], "list_type": "101", **begun} for n in range(ITEMS)
            ],
        }

    def _bills(self, mark: str, week: int, dice: random.Random, *, has_lines: bool) -> Batch:
        batch = Batch({name: [] for name in (BILLS if has_lines else BILLS[:2])})
        share = dice.uniform(0.5, 0.8) if dice.random() < HOLIDAYS else 1.0
        closed = (dice.choice(self.places), dice.randrange(DAYS_OF_WEEK)) if dice.random() < CLOSED else None
        for offset in range(DAYS_OF_WEEK):
            day = FIRST_DAY + timedelta(days=week * DAYS_OF_WEEK + offset)
            for place, size in zip(self.places, self.sizes, strict=True):
                if (place, offset) == closed:
                    continue
                usual = size * share * (WEEKEND if offset >= 5 else 1)
                for number in range(round(usual * dice.uniform(0.85, 1.15))):
                    settled = day - timedelta(days=dice.randrange(8, 30)) if dice.random() < LATE else day
                    key = f"{mark}{place}{day:%m%d}{number:03d}"
                    _visit(batch, key, place, dice.choice(self.people), _at(settled, number), dice)
        return batch


def _person(n: int, dice: random.Random) -> Row:
    born = date(1940, 1, 1) + timedelta(days=dice.randrange(25_000))
    named = {"psn_name": f"合成人{n}", "certno": "", "tel": ""}
    return {"psn_no": f"P{n:05d}", **named, "gend": dice.choice("12"), "brdy": born.isoformat()}


def _at(day: date, number: int) -> datetime:
    """Visits of a day end at minutes of their own, so that no two of an institution are alike."""
    return datetime.combine(day, time(8)) + timedelta(minutes=5 * number)


def _visit(batch: Batch, key: str, place: str, person: Row, ended: datetime, dice: random.Random) -> None:
    """Adds a visit with its settlement; to a batch that holds lines, with these and a diagnosis."""
    is_stay = dice.random() < STAYS
    begun = ended - (timedelta(days=dice.randrange(2, 9)) if is_stay else timedelta(minutes=20))
    about = {"fixmedins_code": place, "med_type": "21" if is_stay else "11"}
    who = {"mdtrt_id": f"M{key}", "psn_no": person["psn_no"]}
    lines = _lines(key, {**who, **about}, begun, dice)
    batch.tables["mdtrt_d"].append({
        **who, **about, "begntime": str(begun), "endtime": str(ended), "chfpdr_code": f"{place}D0",
        "dscg_way": "1" if is_stay else "", "vali_flag": "1",
    })  # fmt: skip
    batch.tables["setl_d"].append(_settlement(key, {**who, **about}, person, begun, ended, lines))
    if "fee_list_d" in batch.tables:
        batch.tables["fee_list_d"] += lines
        batch.tables["diag_d"].append({
            **who, "diag_srt_no": "1", "inout_diag_type": "2" if is_stay else "1", "maindiag_flag": "1",
            "diag_code": "J18.900", "diag_name": dice.choice(("肺炎", "支气管肺炎")), "vali_flag": "1",
        })  # fmt: skip


def _lines(key: str, of: Row, begun: datetime, dice: random.Random) -> list[Row]:
    """One to three lines of the visit; of some the first is given back."""
    lines = []
    for n in range(dice.randrange(1, 4)):
        cnt, price = dice.randrange(1, 6), dice.randrange(200, 20_000)
        lines.append({
            "mdtrt_id": of["mdtrt_id"], "feedetl_sn": str(n), "setl_id": f"S{key}", "psn_no": of["psn_no"],
            "fixmedins_code": of["fixmedins_code"], "med_type": of["med_type"],
            "fee_ocur_time": str(begun + timedelta(minutes=n)), "list_type": "101",
            "med_list_codg": f"0X{dice.randrange(ITEMS):03d}", "hilist_name": dice.choice(NAMES),
            "chrgitm_lv": "02", "cnt": str(cnt), "pric": yuan(price), **_amounts(cnt * price),
            "bilg_dr_codg": f"{of['fixmedins_code']}D{dice.randrange(DOCTORS)}", "init_feedetl_sn": "", "vali_flag": "1",
        })  # fmt: skip
    if dice.random() < REFUNDS:
        first = lines[0]
        back = {name: f"-{first[name]}" for name in ("cnt", "det_item_fee_sumamt", "preselfpay_amt", "inscp_scp_amt")}
        lines.append({**first, **back, "feedetl_sn": "back", "init_feedetl_sn": "0"})
    return lines


def _amounts(fen: int) -> Row:
    own = fen // 10
    return {
        "det_item_fee_sumamt": yuan(fen), "fulamt_ownpay_amt": "0.00", "overlmt_amt": "0.00", "preselfpay_amt": yuan(own),
        "inscp_scp_amt": yuan(fen - own),
    }  # fmt: skip


def _settlement(key: str, of: Row, person: Row, begun: datetime, ended: datetime, lines: list[Row]) -> Row:
    total, own, scope = (
        sum(fen_of(line[name]) for line in lines) for name in ("det_item_fee_sumamt", "preselfpay_amt", "inscp_scp_amt")
    )
    fund = scope * 7 // 10
    return {
        "setl_id": f"S{key}", **of, "gend": person["gend"], "brdy": person["brdy"], "insutype": "310", "insu_admdvs": "990101",
        "fix_blng_admdvs": "990101", "pay_loc": "1", "hosp_lv": "5", "begndate": str(begun.date()), "enddate": str(ended.date()),
        "setl_time": str(ended), "hi_paymtd": "1", "medfee_sumamt": yuan(total), "fulamt_ownpay_amt": "0.00",
        "overlmt_selfpay": "0.00", "preselfpay_amt": yuan(own), "inscp_scp_amt": yuan(scope), "hifp_pay": yuan(fund),
        "fund_pay_sumamt": yuan(fund), "psn_part_amt": yuan(total - fund), "psn_cash_pay": yuan(total - fund),
        "refd_setl_flag": "0", "vali_flag": "1",
    }  # fmt: skip


def yuan(fen: int) -> str:
    """An amount as it lands."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fen_of(text: str) -> int:
    """An amount as written by ``yuan``."""
    return int(text.replace(".", ""))
