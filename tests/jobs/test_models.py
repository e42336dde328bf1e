"""From a labelled table to the champion and back, by the commands that a data scientist types; told once."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from jobs.cli import app
from jobs.settings import load_settings
from lake.errors import FundguardError
from tests.identity.canaries import CANARIES, COLUMNS, PERSONS, found_below, found_in, person
from tests.models.made import providers

SMALL = ("trials=2", "nested_trials=1", "folds=3", "repeats=1", "members=2", "seeds=1", "resamples=200")


@dataclass
class Told:
    """What each command printed, or refused with."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)

    def run(self, step: str, *words: str, overrides: tuple[str, ...] = SMALL) -> None:
        chosen = [f"store={self.folder / 'store'}", *overrides]
        settings = [text for override in chosen for text in ("--set", f"model.{override}")]
        done = CliRunner().invoke(app, [*words, *settings])
        if isinstance(done.exception, FundguardError):
            self.said[step] = f"{done.exception.exit_code}: {done.exception}"
        else:
            assert done.exit_code == 0, (step, done.output, done.exception)
            self.said[step] = done.stdout

    def train(self, step: str, table: str, *words: str, overrides: tuple[str, ...] = SMALL) -> None:
        given = ["--features", str(self.folder / table), "--label", "fraud", "--id", "provider", "--leave-out", "claims"]
        self.run(step, "train", *given, *words, overrides=overrides)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("models")
    frame = providers(700)
    # Persons that somebody forgot to take out of the table, each in 14 rows.
    for place, name in enumerate(COLUMNS):
        frame[name] = [person(row % len(PERSONS))[place] for row in range(700)]
    frame.to_csv(folder / "providers.csv", index=False)
    parts = pd.DataFrame({"provider": frame["provider"], "split": ["test" if row % 3 == 0 else "train" for row in range(700)]})
    parts.to_csv(folder / "split.csv", index=False)
    frame.to_parquet(folder / "providers.parquet")
    providers(50, seed=8).drop(columns=["fraud", "claims"]).to_parquet(folder / "new.parquet")
    providers(50, seed=8).drop(columns=["region"]).to_csv(folder / "narrow.csv", index=False)
    (folder / "names.csv").write_text("column,name_zh\ntotal_paid,支付总额\n", encoding="utf-8")

    story = Told(folder)
    split = ("--split", str(folder / "split.csv"), "--baseline", "total_paid")
    scored = ("--out", str(folder / "scored.csv"))
    story.run("promoted without any", "models", "promote")
    story.train("first", "providers.csv", *split, "--names", str(folder / "names.csv"))
    story.run("first promoted", "models", "promote")
    story.run("promoted again", "models", "promote")
    story.train("same again", "providers.csv", *split, "--names", str(folder / "names.csv"))
    story.run("same promoted", "models", "promote")
    story.train("poor", "providers.parquet", *split, "--leave-out", "mean_stay", "--leave-out", "region")
    story.run("poor promoted", "models", "promote")
    story.train("without a split", "providers.csv", "--baseline", "total_paid")
    story.run("without a split promoted", "models", "promote")
    story.run("listed", "models", "list")
    story.run("scored", "score", "--features", str(folder / "new.parquet"), "--model", "champion", *scored)
    story.run("narrow", "score", "--features", str(folder / "narrow.csv"), "--model", "champion", "--out", str(folder / "n.csv"))
    story.run("unknown", "score", "--features", str(folder / "new.parquet"), "--model", "best", *scored)
    story.run("rolled back", "models", "rollback")
    return story


def measures(text: str) -> dict[str, float]:
    last = text.splitlines()[-1]
    assert re.fullmatch(r"average_precision=0\.\d{4} recall_at_10pct=[01]\.\d{4} roc_auc=0\.\d{4}", last)
    return {name: float(value) for name, value in (pair.split("=") for pair in last.split())}


def digest(text: str) -> str:
    return re.findall(r"digest ([0-9a-f]{64})", text)[0]


def test_the_model_finds_what_the_amount_does_not_show(told: Told) -> None:
    found = measures(told.said["first"])

    ranked = re.findall(r"ranking by total_paid\n  average_precision  (0\.\d+)", told.said["first"])
    assert found["average_precision"] > float(ranked[0]) + 0.1
    assert found["roc_auc"] > 0.85
    assert "test part: 234 rows, " in told.said["first"]


def test_the_last_line_says_the_measures_without_a_split_too(told: Told) -> None:
    assert measures(told.said["without a split"])["average_precision"] > 0.5
    assert "cross-validation, 1 × 3 folds: 700 rows, 87 positive" in told.said["without a split"]


def test_columns_left_out_are_said(told: Told) -> None:
    assert "row_no is left out: numbers its rows" in told.said["first"]


def test_training_twice_gives_the_same_digest(told: Told) -> None:
    assert digest(told.said["first"]) == digest(told.said["same again"])


def test_a_challenger_becomes_champion_only_by_a_sure_gain(told: Told) -> None:
    assert told.said["promoted without any"] == "2: fundguard-risk: there is no challenger; `fundguard train` makes one"
    assert told.said["first promoted"] == "fundguard-risk: version 1 is champion\n"
    assert told.said["promoted again"].startswith("2: fundguard-risk: there is no challenger")
    # The same model gains nothing over itself.
    assert told.said["same promoted"] == (
        "3: fundguard-risk version 2 is not promoted: it does not surely beat the champion, version 1: "
        "gain +0.0000 (+0.0000 to +0.0000)"
    )
    # It has the amount alone to go by.
    assert told.said["poor promoted"].startswith(
        "3: fundguard-risk version 3 is not promoted: it does not surely beat the champion, version 1: gain -0."
    )
    advice = "was not compared with the present champion, version 1: train it again with --split"
    assert advice in told.said["without a split promoted"]


def test_versions_are_listed_with_alias_and_gains(told: Told) -> None:
    lines = told.said["listed"].splitlines()

    assert [line.split("  ")[:2] for line in lines] == [["4", "challenger"], ["3", "-"], ["2", "-"], ["1", "champion"]]
    assert lines[3].endswith("over champion unknown")


def test_scores_come_with_reasons_and_version(told: Told) -> None:
    scored = pd.read_csv(told.folder / "scored.csv", dtype={"provider": str})

    assert told.said["scored"].startswith("50 rows scored by fundguard-risk/1 in ")
    assert list(scored["provider"]) == list(providers(50, seed=8)["provider"])
    assert set(scored["model_version"]) == {"fundguard-risk/1"}
    assert scored["risk_score"].between(0, 1).all()
    assert scored["reasons"].str.contains("支付总额为").any()


def test_what_cannot_be_scored_leaves_no_file(told: Told) -> None:
    assert told.said["narrow"] == "2: narrow.csv: 1 columns of the model are missing: region"
    assert told.said["unknown"].startswith("2: --model best: fundguard-risk has no such alias or version")
    assert not list(told.folder.glob("*n.csv*"))


def test_there_is_nothing_to_go_back_to_after_one_champion(told: Told) -> None:
    assert told.said["rolled back"] == "2: fundguard-risk: there is no earlier champion to go back to"


def test_the_store_holds_card_and_plots_and_no_id(told: Told) -> None:
    store = told.folder / "store"
    cards = sorted(store.rglob("model_card.md"))
    plots = {path.name for path in store.rglob("*.png")}
    ids = set(providers(700)["provider"])

    assert len(cards) == 4
    assert plots == {"calibration.png", "gain.png", "importance.png", "precision_recall.png"}
    assert "Gain over the ranking by total_paid (paired bootstrap)" in cards[0].read_text(encoding="utf-8")
    files = [path for path in store.rglob("*") if path.suffix in (".md", ".json", ".txt")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    with sqlite3.connect(store / "mlflow.db") as database:
        texts += list(database.iterdump())
    assert not {found for text in texts for found in re.findall(r"P\d{5}", text)} & ids


def test_the_store_and_what_is_said_name_no_person(told: Told) -> None:
    assert set().union(*found_below(told.folder).values()) == CANARIES  # in the table that was learnt from
    assert found_below(told.folder / "store") == {}
    assert [step for step, said in told.said.items() if found_in(said.encode())] == []
    assert "psn_name is left out: says who a person is" in told.said["first"]


def test_going_back_makes_the_former_champion_champion(tmp_path: Path) -> None:
    from jobs.model_store import registry_of

    registry = registry_of(load_settings([f"model.store={tmp_path}"]))
    earned = {"baseline": "ranking by x", "beats_baseline": True, "split": "", "beats_champion": True}
    registry.add("", "file:///none", "d1", earned | {"champion": None})
    assert registry.promote() == (1, None)
    registry.add("", "file:///none", "d2", earned | {"champion": 1})
    assert registry.promote() == (2, 1)

    assert registry.rollback() == (1, 2)
    assert registry.named("champion").number == 1


def test_a_server_that_does_not_answer_is_said_without_its_address() -> None:
    done = CliRunner().invoke(app, ["models", "list", "--set", "model.tracking_uri=http://me:secret@127.0.0.1:9"])

    assert isinstance(done.exception, FundguardError)
    assert done.exception.exit_code == 5
    assert str(done.exception) == "model.tracking_uri: the store of models does not answer"
