"""Plain Great Expectations over the same files: types, filled columns, sets and ranges, table by table, as a handbook has it.

It is what an engineer writes in an afternoon: it looks at one file at a time and knows no history, no other table, no catalogue.
The limits are wide enough for every clean batch.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lake import usage_data
from synth.corruption.batch import Batch

DAY = r"^\d{4}-\d\d-\d\d$"
TIME = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"
TABLES_READ = ("mdtrt_d", "setl_d", "fee_list_d", "diag_d")


@dataclass(frozen=True)
class Plain:
    """What is expected of a file: columns filled, spelled, of a set, within a range, and its key."""

    key: tuple[str, ...]
    filled: tuple[str, ...]
    spelled: dict[str, str]
    one_of: dict[str, tuple[str, ...]]
    between: dict[str, tuple[float, float]]
    rows: tuple[int, int]


PLAIN = {
    "mdtrt_d": Plain(
        key=("mdtrt_id",),
        filled=("mdtrt_id", "psn_no", "fixmedins_code", "med_type", "begntime", "endtime"),
        spelled={"begntime": TIME, "endtime": TIME},
        one_of={"med_type": ("11", "21"), "vali_flag": ("0", "1")},
        between={},
        rows=(500, 3_000),
    ),
    "setl_d": Plain(
        key=("setl_id",),
        filled=("setl_id", "mdtrt_id", "psn_no", "fixmedins_code", "setl_time"),
        spelled={"setl_time": TIME, "brdy": DAY, "begndate": DAY, "enddate": DAY},
        one_of={"gend": ("1", "2"), "med_type": ("11", "21"), "insutype": ("310", "390"), "vali_flag": ("0", "1")},
        between={
            "medfee_sumamt": (0, 100_000), "fund_pay_sumamt": (0, 100_000), "psn_part_amt": (0, 100_000),
            "inscp_scp_amt": (0, 100_000), "hifp_pay": (0, 100_000), "psn_cash_pay": (0, 100_000),
        },
        rows=(500, 3_000),
    ),
    "fee_list_d": Plain(
        key=("mdtrt_id", "feedetl_sn"),
        filled=("mdtrt_id", "feedetl_sn", "setl_id", "psn_no", "fixmedins_code", "med_list_codg", "fee_ocur_time"),
        spelled={"fee_ocur_time": TIME},
        one_of={"list_type": ("101", "102", "103", "201", "301"), "chrgitm_lv": ("01", "02", "03"), "vali_flag": ("0", "1")},
        # Lines that are given back are negative.
        between={
            "cnt": (-1_000, 1_000), "pric": (0, 10_000), "det_item_fee_sumamt": (-50_000, 50_000),
            "preselfpay_amt": (-50_000, 50_000), "inscp_scp_amt": (-50_000, 50_000),
        },
        rows=(1_000, 6_000),
    ),
    "diag_d": Plain(
        key=("mdtrt_id", "diag_srt_no"),
        filled=("mdtrt_id", "psn_no", "diag_code"),
        spelled={"diag_code": r"^[A-Z]\d\d\.\d{3}$"},
        one_of={"maindiag_flag": ("0", "1"), "inout_diag_type": ("1", "2"), "vali_flag": ("0", "1")},
        between={},
        rows=(500, 3_000),
    ),
}  # fmt: skip


class PlainSuites:
    """The suites, built once."""

    def __init__(self) -> None:
        usage_data.switch_off()
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        source = context.data_sources.add_pandas("plain")
        self._batches = {name: source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("whole") for name in PLAIN}
        self._suites = {name: gx.ExpectationSuite(name=name, expectations=list(_expectations(PLAIN[name]))) for name in PLAIN}

    def refuse(self, new: Batch, folder: Path) -> tuple[str, ...]:
        """What is not met, as table.column or the file that cannot be read; ``folder`` is emptied and written to."""
        shutil.rmtree(folder, ignore_errors=True)
        new.write(folder)
        unmet: list[str] = []
        for name in TABLES_READ:
            path = folder / f"{name}.csv"
            if not path.is_file():
                unmet.append(f"{name}: no file")
                continue
            try:
                unmet += self._unmet(name, _frame(path, PLAIN[name]))
            except UnicodeDecodeError:
                unmet.append(f"{name}: not UTF-8")
        return tuple(unmet)

    def _unmet(self, name: str, frame: pd.DataFrame) -> Iterator[str]:
        batch = self._batches[name].get_batch(batch_parameters={"dataframe": frame})
        found = batch.validate(self._suites[name], result_format="BOOLEAN_ONLY")
        for result in found.results:
            if not result.success:
                about = result.expectation_config.kwargs
                yield f"{name}.{about.get('column', result.expectation_config.type)}"


def _frame(path: Path, of: Plain) -> pd.DataFrame:
    """The file as a data frame: numbers where a range is expected, text elsewhere; what is no number is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        frame = pd.DataFrame(list(csv.DictReader(file))).replace("", None)
    for name in of.between:
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    return frame


def _expectations(of: Plain) -> Iterator[Any]:
    from great_expectations import expectations as gxe

    yield gxe.ExpectTableRowCountToBeBetween(min_value=of.rows[0], max_value=of.rows[1])
    yield (
        gxe.ExpectCompoundColumnsToBeUnique(column_list=list(of.key))
        if len(of.key) > 1
        else gxe.ExpectColumnValuesToBeUnique(column=of.key[0])
    )
    for column in (*of.filled, *of.between):
        yield gxe.ExpectColumnValuesToNotBeNull(column=column)
    for column, pattern in of.spelled.items():
        yield gxe.ExpectColumnValuesToMatchRegex(column=column, regex=pattern)
    for column, codes in of.one_of.items():
        yield gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(codes))
    for column, (least, most) in of.between.items():
        yield gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most)
