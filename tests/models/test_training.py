"""A model on a small made-up table: found again to the byte, explained exactly, scored by name, refused when damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lake.errors import BadInput, IntegrityFailure
from models.features import declare, matrix
from models.model import categorical
from models.model_file import load, save
from models.reasons import sentences, told
from models.recipe import Data
from models.scoring import scored
from models.training import Fit, fit
from tests.models.made import PLAN, providers

ROWS = 500
NAMES = {"total_paid": "支付总额", "mean_stay": "平均住院天数", "region": "地区", "claims": "结算笔数"}
UNITS = {"total_paid": "元"}


def table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame.drop(columns=["fraud", "opened"]), preserve_index=False)


def trained() -> Fit:
    frame = providers(ROWS)
    features, _ = declare(table(frame).drop_columns(["provider"]), range(ROWS), NAMES, 100, UNITS)
    labels = (frame["fraud"] == "Yes").to_numpy().astype(np.int8)
    data = Data(matrix(table(frame), features, "made"), labels, categorical(features))
    return fit(data, features, "provider", "fraud", PLAN)


@pytest.fixture(scope="module")
def fitted() -> Fit:
    return trained()


def test_training_again_gives_the_same_model(fitted: Fit, tmp_path: Path) -> None:
    assert save(fitted.model, tmp_path / "first") == save(trained().model, tmp_path / "second")


def test_a_model_read_back_scores_the_same(fitted: Fit, tmp_path: Path) -> None:
    values = matrix(table(providers(80, seed=9)), fitted.model.features, "new")

    model = load(tmp_path, save(fitted.model, tmp_path))

    assert np.array_equal(model.margins(values), fitted.model.margins(values))
    assert np.array_equal(model.probabilities(values), fitted.model.probabilities(values))


def test_a_damaged_model_is_refused_before_it_is_opened(fitted: Fit, tmp_path: Path) -> None:
    digest = save(fitted.model, tmp_path)
    member = tmp_path / "member_00.txt"
    member.write_bytes(member.read_bytes()[:-200])

    with pytest.raises(IntegrityFailure, match=r"member_00\.txt of the model is missing or not what its digest"):
        load(tmp_path, digest)
    with pytest.raises(IntegrityFailure, match=r"model\.json of the model"):
        load(tmp_path, "0" * 64)


def test_contributions_add_up_to_the_margin(fitted: Fit) -> None:
    values = matrix(table(providers(60, seed=4)), fitted.model.features, "new")

    contributions, base = fitted.model.contributions(values)

    assert base + contributions.sum(axis=1) == pytest.approx(fitted.model.margins(values), abs=1e-9)


def test_probabilities_rise_with_the_margin_and_keep_the_share(fitted: Fit) -> None:
    values = matrix(table(providers(2000, seed=5)), fitted.model.features, "new")
    margins, said = fitted.model.margins(values), fitted.model.probabilities(values)

    assert (np.diff(said[np.argsort(margins)]) >= 0).all()
    # One row in eight is positive.
    assert said.mean() == pytest.approx(1 / 8, abs=0.03)


def test_reasons_name_the_value_and_the_peers(fitted: Fit) -> None:
    features = fitted.model.features
    assert [each.name for each in features] == ["claims", "mean_stay", "region", "total_paid"]
    values = np.array([[20.0, np.nan, 1.0, 54321.5], [20.0, 12.5, np.nan, 100.0]])
    shares = np.array([[0.1, 0.3, 0.2, 1.4], [-0.1, -0.4, 0.5, 0.0]])

    first, second = sentences(values, shares, features)

    middle = {each.name: each.typical for each in features}
    assert isinstance(middle["total_paid"], float)
    assert first == [
        f"支付总额为54,321.50元，同类中位数{middle['total_paid']:,.2f}元，占推高风险部分的70%。",
        f"地区为“north”，同类最多见“{middle['region']}”，占推高风险部分的10%。",
        f"结算笔数为20，同类中位数{middle['claims']:,.0f}，占推高风险部分的5%。",
    ]
    # The mean stay raises it by 15 %, but it is missing: nothing to look up, and three others say enough.
    # One feature raises it, so what lowers it most is said too.
    assert second == [
        f"地区缺失或少见，同类最多见“{middle['region']}”，占推高风险部分的100%。",
        f"平均住院天数为12.50，同类中位数{middle['mean_stay']:,.2f}，占压低风险部分的80%。",
        f"结算笔数为20，同类中位数{middle['claims']:,.0f}，占压低风险部分的20%。",
    ]


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (54321.5, "元", "54,321.50元"),
        (3.0, "条", "3条"),
        (0.3471, "占比", "34.7%"),
        (1.2, "占比", "120.0%"),  # beds may be occupied twice
        (12.25, "每千条明细", "每千条明细12.25"),
        (70.0, "", "70"),
    ],
)
def test_values_are_told_in_their_unit(value: float, unit: str, said: str) -> None:
    assert told(value, unit) == said


def test_scoring_goes_by_name_whatever_the_order(fitted: Fit) -> None:
    rows = table(providers(50, seed=6))
    turned = rows.select(rows.column_names[::-1])

    def lines(given: pa.Table) -> list[dict[str, object]]:
        batches = scored(given.to_batches(max_chunksize=20), fitted.model, "m/1", "new")
        return pa.Table.from_batches(batches).to_pylist()

    assert lines(rows) == lines(turned)
    first = lines(rows)[0]
    assert list(first) == ["provider", "risk_score", "margin", "reasons", "model_version"]
    assert first["provider"] == rows["provider"][0].as_py()
    assert 3 <= str(first["reasons"]).count("。") <= 5


def test_columns_that_do_not_fit_the_model_are_refused(fitted: Fit) -> None:
    rows = table(providers(50, seed=6))
    texts = rows.set_column(rows.column_names.index("claims"), "claims", pa.array(["many"] * 50))

    def score(given: pa.Table) -> None:
        list(scored(given.to_batches(), fitted.model, "m/1", "new.csv"))

    with pytest.raises(BadInput, match=r"new\.csv: 1 columns of the model are missing: claims"):
        score(rows.drop_columns(["claims"]))
    with pytest.raises(BadInput, match=r"new\.csv: column claims holds string; the model was trained on numbers"):
        score(texts)
    with pytest.raises(BadInput, match=r"new\.csv: the column provider is missing"):
        score(rows.drop_columns(["provider"]))
