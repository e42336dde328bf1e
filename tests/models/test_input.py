"""What is refused at the edge, in one line that names no row's values, and what columns become features."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from jobs.train_input import Asked, prepared
from lake.errors import BadInput
from models.features import declare
from tests.models.made import providers

GOOD = "id,x,y\na,1,0\nb,2,1\nc,3,0\nd,4,1\n"


def refusal(folder: Path, table: str, split: str | None = None, **asked: object) -> str:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    part = None if split is None else folder / "s.csv"
    if part is not None:
        part.write_text(split, encoding="utf-8")
    given = {"features": folder / "t.csv", "label": "y", "key": "id", "split": part} | asked
    with pytest.raises(BadInput) as refused:
        prepared(Asked(**given), "made", 100)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "t.csv: is empty"),
        ("id,x,y\n", "t.csv: has no rows"),
        ("id,x,y\na,1,0\nb,2,3\n", "t.csv: y is not a label of two values"),
        ("id,x,y\na,1,0\nb,2,0\n", "t.csv: every row has the same y"),
        ("id,x,y\na,1,0\nb,2,\n", "t.csv: 1 rows have no y"),
        ("id,x,y\na,1,0\na,2,1\n", "t.csv: 1 rows repeat the id of another row"),
        ("id,x,y\na,1,0\n,2,1\n", "t.csv: 1 rows have no id"),
        ("id,x,x,y\na,1,1,0\n", "t.csv: the column x stands there twice"),
        ("id,x,y\na,1,0\nb,2\n", "t.csv: cannot be read as csv"),
        ("id,y\na,0\nb,1\n", "t.csv: no column is left to learn from"),
    ],
)
def test_a_table_that_does_not_hold_is_refused(tmp_path: Path, table: str, said: str) -> None:
    assert said in refusal(tmp_path, table)


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ("id,split\na,train\nzz,test\n", "s.csv: 1 ids are not in the feature table"),
        ("id,split\na,train\nb,dev\n", "s.csv: 1 rows say neither train nor test"),
        ("id,split\na,train\nb,train\nc,test\n", "s.csv: the test part must hold both values of the label"),
        ("key,split\na,train\n", "--id id: s.csv has no such column; it has key"),
        ("id,split\na,train\na,test\n", "s.csv: 1 rows repeat the id"),
    ],
)
def test_a_split_that_does_not_fit_is_refused(tmp_path: Path, split: str, said: str) -> None:
    assert said in refusal(tmp_path, GOOD, split)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"label": "yy"}, "--label yy: t.csv has no such column; it has y"),
        ({"baseline": "z"}, "--baseline z: t.csv has no such column"),
        ({"leave_out": ["z"]}, "--leave-out z: t.csv has no such column"),
        ({"label": "id"}, "--label id: must be another column than --id"),
        ({"features": Path("t.txt")}, "t.txt: must end in .csv or .parquet"),
        ({"features": Path("none.csv")}, "none.csv: no such file"),
    ],
)
def test_what_is_asked_must_be_there(tmp_path: Path, asked: dict[str, object], said: str) -> None:
    assert said in refusal(tmp_path, GOOD, **asked)


def test_columns_become_features_or_say_why_not() -> None:
    table = pa.Table.from_pandas(providers(200).drop(columns=["provider", "fraud"]), preserve_index=False)

    features, left_out = declare(table, range(0, 200, 2), {"total_paid": "支付总额"}, most_categories=10)

    assert [(each.name, each.name_zh, each.kind, each.categories) for each in features] == [
        ("claims", "claims", "number", ()),
        ("mean_stay", "mean_stay", "number", ()),
        ("region", "region", "category", ("east", "north", "west")),
        ("total_paid", "支付总额", "number", ()),
    ]
    assert {each.name: each.reason for each in left_out} == {
        "one": "constant",
        "opened": "values of the type date32[day]",
        "remark": "a text whose 100 values hardly repeat",
        "row_no": "numbers its rows: an id, or an order that new rows do not have",
    }
