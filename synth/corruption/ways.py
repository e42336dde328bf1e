"""Twenty-five ways in which a landed batch goes wrong, each at random by its dice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from synth.corruption.batch import Batch, Row

Way = Callable[[Batch, random.Random], None]
WAYS: dict[str, Way] = {}
MONEY_OF_LINE = ("det_item_fee_sumamt", "inscp_scp_amt", "preselfpay_amt")
SHIFTED = {"×10": Decimal(10), "×100": Decimal(100), "÷10": Decimal("0.1"), "÷100": Decimal("0.01")}


def way(name: str) -> Callable[[Way], Way]:
    """Lists a way under its name."""

    def listed(function: Way) -> Way:
        WAYS[name] = function
        return function

    return listed


def corrupted(batch: Batch, name: str, seed: int) -> Batch:
    """A copy of the batch, gone wrong in that way."""
    copy = Batch({table: [dict(row) for row in rows] for table, rows in batch.tables.items()})
    WAYS[name](copy, random.Random(seed))  # noqa: S311 - made-up data
    return copy


def _most(rows: list[Row], dice: random.Random) -> list[Row]:
    """Three fifths of the rows or more: what goes wrong in a column goes wrong in most of the file."""
    return dice.sample(rows, max(1, round(len(rows) * dice.uniform(0.6, 1.0))))


def _some(days: list[str], dice: random.Random) -> set[str]:
    return set(dice.sample(days, dice.randint(1, len(days))))


def _days(batch: Batch) -> list[str]:
    """The days that the batch is about, without those of a few late bills."""
    times = Counter(row["setl_time"][:10] for row in batch.tables["setl_d"])
    return sorted(day for day, count in times.items() if count * 10 >= max(times.values()))


def _places(batch: Batch) -> list[str]:
    return sorted({row["fixmedins_code"] for row in batch.tables["setl_d"]})


def _keep(batch: Batch, visits: set[str]) -> None:
    for table, rows in batch.tables.items():
        batch.tables[table] = [row for row in rows if row.get("mdtrt_id", "") in visits or "mdtrt_id" not in row]


def _again(batch: Batch, visits: set[str]) -> None:
    """The visits and all that hangs on them once more, under other keys."""
    for table, rows in batch.tables.items():
        batch.tables[table] = rows + [
            {name: f"{value}x" if name in ("mdtrt_id", "setl_id") else value for name, value in row.items()}
            for row in rows
            if row.get("mdtrt_id") in visits
        ]


def _shift(rows: list[Row], names: tuple[str, ...], by: Decimal) -> None:
    for row in rows:
        for name in names:
            row[name] = str((Decimal(row[name]) * by).quantize(Decimal("0.01")))


def _moved(text: str, days: int) -> str:
    kind = datetime if len(text) > 10 else date
    return str(kind.fromisoformat(text) + timedelta(days=days))


def _swapped(table: str, one: str, other: str) -> Way:
    def swap(batch: Batch, _: random.Random) -> None:
        for row in batch.tables[table]:
            row[one], row[other] = row[other], row[one]

    return swap


WAYS["line amounts and prices swapped"] = _swapped("fee_list_d", "det_item_fee_sumamt", "pric")
WAYS["fund's and person's parts swapped"] = _swapped("setl_d", "fund_pay_sumamt", "psn_part_amt")
WAYS["begin and end of visits swapped"] = _swapped("mdtrt_d", "begntime", "endtime")
WAYS["sex and insurance swapped"] = _swapped("setl_d", "gend", "insutype")


@way("decimals of line amounts shifted")
def _(batch: Batch, dice: random.Random) -> None:
    _shift(_most(batch.tables["fee_list_d"], dice), MONEY_OF_LINE, SHIFTED[dice.choice(sorted(SHIFTED))])


@way("decimals of prices shifted")
def _(batch: Batch, dice: random.Random) -> None:
    _shift(_most(batch.tables["fee_list_d"], dice), ("pric",), dice.choice((Decimal(10), Decimal(100))))


@way("decimals of settlements shifted")
def _(batch: Batch, dice: random.Random) -> None:
    names = ("medfee_sumamt", "inscp_scp_amt", "hifp_pay", "fund_pay_sumamt", "psn_part_amt", "psn_cash_pay", "preselfpay_amt")
    _shift(_most(batch.tables["setl_d"], dice), names, dice.choice((Decimal(10), Decimal(100))))


@way("days dropped")
def _(batch: Batch, dice: random.Random) -> None:
    """Never the last: without it the batch is a shorter one, and the gap shows when the next comes."""
    days = _some(_days(batch)[:-1], dice)
    _keep(batch, {row["mdtrt_id"] for row in batch.tables["setl_d"] if row["setl_time"][:10] not in days})


@way("days doubled under other keys")
def _(batch: Batch, dice: random.Random) -> None:
    days = _some(_days(batch), dice)
    _again(batch, {row["mdtrt_id"] for row in batch.tables["setl_d"] if row["setl_time"][:10] in days})


@way("an institution missing")
def _(batch: Batch, dice: random.Random) -> None:
    gone = dice.choice(_places(batch))
    _keep(batch, {row["mdtrt_id"] for row in batch.tables["setl_d"] if row["fixmedins_code"] != gone})


@way("lines without their settlement")
def _(batch: Batch, dice: random.Random) -> None:
    gone = {row["setl_id"] for row in _most(batch.tables["setl_d"], dice)}
    batch.tables["setl_d"] = [row for row in batch.tables["setl_d"] if row["setl_id"] not in gone]


@way("settlements without their lines")
def _(batch: Batch, dice: random.Random) -> None:
    gone = {row["setl_id"] for row in _most(batch.tables["setl_d"][1:], dice)}
    batch.tables["fee_list_d"] = [row for row in batch.tables["fee_list_d"] if row["setl_id"] not in gone]


@way("sexes flipped")
def _(batch: Batch, dice: random.Random) -> None:
    for row in _most(batch.tables["setl_d"], dice):
        row["gend"] = {"1": "2", "2": "1"}[row["gend"]]


@way("births a year off")
def _(batch: Batch, dice: random.Random) -> None:
    days = dice.choice((-366, -365, 365, 366))
    for row in _most(batch.tables["setl_d"], dice):
        row["brdy"] = _moved(row["brdy"], days)


@way("charges a year off")
def _(batch: Batch, dice: random.Random) -> None:
    days = dice.choice((-365, 365))
    for row in _most(batch.tables["fee_list_d"], dice):
        row["fee_ocur_time"] = _moved(row["fee_ocur_time"], days)


@way("zeros stripped from item codes")
def _(batch: Batch, dice: random.Random) -> None:
    for row in _most(batch.tables["fee_list_d"], dice):
        row["med_list_codg"] = row["med_list_codg"].lstrip("0")


@way("zeros stripped from institutions")
def _(batch: Batch, dice: random.Random) -> None:
    for row in batch.tables[dice.choice(("setl_d", "mdtrt_d", "fee_list_d"))]:
        row["fixmedins_code"] = row["fixmedins_code"].lstrip("0")


def _negated(*names: str) -> Way:
    def negate(batch: Batch, dice: random.Random) -> None:
        for row in _most(batch.tables["fee_list_d"], dice):
            for name in names:
                row[name] = str(-Decimal(row[name]))

    return negate


WAYS["negative amounts without refund links"] = _negated(*MONEY_OF_LINE)
WAYS["negative counts without refund links"] = _negated("cnt", *MONEY_OF_LINE)


@way("texts cut short")
def _(batch: Batch, dice: random.Random) -> None:
    length = dice.randint(2, 4)
    for row in batch.tables["fee_list_d"]:
        row["med_list_codg"] = row["med_list_codg"][:length]


@way("two encodings in a file")
def _(batch: Batch, dice: random.Random) -> None:
    rows = batch.tables.pop("fee_list_d")
    cut = dice.randrange(1, len(rows))
    parts = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    encoded = ("\n".join(parts[: cut + 1]) + "\n").encode(), ("\n".join(parts[cut + 1 :]) + "\n").encode("gb18030")
    batch.raw["fee_list_d.csv"] = b"".join(encoded)


@way("keys doubled with other content")
def _(batch: Batch, dice: random.Random) -> None:
    rows = batch.tables["fee_list_d"]
    batch.tables["fee_list_d"] = rows + [{**row, "cnt": str(int(row["cnt"]) + 1)} for row in _most(rows, dice)]


@way("dates in another spelling")
def _(batch: Batch, dice: random.Random) -> None:
    spelling = dice.choice(("%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%d-%m-%Y %H:%M:%S"))
    for row in _most(batch.tables["fee_list_d"], dice):
        row["fee_ocur_time"] = datetime.fromisoformat(row["fee_ocur_time"]).strftime(spelling)


@way("amounts with thousands' commas or signs")
def _(batch: Batch, dice: random.Random) -> None:
    form = dice.choice(("{:,.2f}元", "¥{:.2f}", "{:.2f}-"))
    for row in _most(batch.tables["fee_list_d"], dice):
        row["det_item_fee_sumamt"] = form.format(Decimal(row["det_item_fee_sumamt"]))


@way("persons mixed up")
def _(batch: Batch, dice: random.Random) -> None:
    rows = batch.tables[dice.choice(("setl_d", "fee_list_d"))]
    numbers = [row["psn_no"] for row in rows]
    for row, number in zip(rows, dice.sample(numbers, len(numbers)), strict=True):
        row["psn_no"] = number
