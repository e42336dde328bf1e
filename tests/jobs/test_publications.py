"""What was published can be judged again, is amended by rows that say why, and is kept for its time."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.explain import explain
from jobs.fsck import fsck
from jobs.nightly import audit_range
from jobs.replay import replay
from jobs.vacuum import vacuum
from lake.code_version import code_version
from lake.errors import BadInput, IntegrityFailure
from lake.publications import publish
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import FINDING
from tests.jobs.nights import BUSINESS_DATE, exported, night, settings_of, table_versions
from tests.jobs.story import write_rules
from tests.jobs.telling import Story


@pytest.fixture
def lake(story: Story, tmp_path: Path) -> Path:
    """A copy of the story's last lake."""
    return Path(shutil.copytree(story.folder / "lake", tmp_path / "lake"))


def events(folder: Path, publication_id: int) -> list[tuple[str, ...]]:
    """The events of one publication: rule, month, states, reason, amounts before and after."""
    rows = csv.DictReader(exported(folder, "finding_event")["finding_event"].splitlines())
    names = ("rule_id", "found_for", "from_stas", "to_stas", "reason", "vola_amt_before", "vola_amt_after")
    return sorted(tuple(row[name] for name in names) for row in rows if row["publication_id"] == str(publication_id))


def test_a_finding_that_other_rows_move_is_amended_with_the_reason(story: Story) -> None:
    # Half of line a was given back, and line b was cheaper.
    assert events(story.folder, 2) == [
        ("R1", "2025-02", "active", "active", "变更：数据更正", "20.00", "10.00"),
        ("R2", "2025-02", "active", "active", "变更：数据更正", "30.00", "24.00"),
    ]
    assert events(story.folder, 4) == []


def test_a_finding_of_a_rule_that_left_is_withdrawn_and_comes_back_with_it(story: Story, lake: Path) -> None:
    audit_range(lake, "2025-02", "2025-02", BUSINESS_DATE, settings_of())
    assert events(lake.parent, 5) == [("R2", "2025-02", "active", "withdrawn", "撤销：规则库变更", "24.00", "0.00")]

    night(lake.parent, story.folder / "landing", write_rules(lake.parent / "rules"), "2025-02")
    assert events(lake.parent, 6) == [("R2", "2025-02", "withdrawn", "active", "恢复：规则库变更", "0.00", "24.00")]
    assert len(events(lake.parent, 5)) == 1


@pytest.mark.long
def test_findings_of_a_type_that_is_held_back_say_so_and_come_back_when_it_is_judged(lake: Path) -> None:
    audit_range(lake, "2025-03", "2025-03", BUSINESS_DATE, settings_of("guard.min_lines=0", "guard.flagged_share=0"))
    # Of R2 it is its rule that went, with the rule base before.
    withdrawn = [event for event in events(lake.parent, 5) if event[0] != "R2"]
    assert {event[3:5] for event in withdrawn} == {("withdrawn", "撤销：规则类型暂缓判定")}

    audit_range(lake, "2025-03", "2025-03", BUSINESS_DATE, settings_of())
    found_again = events(lake.parent, 6)
    assert {event[2:5] for event in found_again} == {("withdrawn", "active", "恢复：规则类型恢复判定")}
    assert [event[:2] for event in found_again] == [event[:2] for event in withdrawn]


def test_every_publication_is_judged_again_as_it_was(story: Story, lake: Path) -> None:
    before = table_versions(lake)
    same = f"judged again, all equal; same code ({code_version()})"
    assert replay(lake, 1, settings_of()) == f"publication 1: 2 findings of 2025-02 {same}"
    assert replay(lake, 4, settings_of()) == f"publication 4: 4 findings of 2025-02, 2025-03 {same}"
    assert table_versions(lake) == before


def test_a_finding_that_the_rules_do_not_find_is_named(spark: SparkSession, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Lake(spark, lake)
    findings = tables.read(FINDING).where("found_for = '2025-03'").localCheckpoint()
    jr_id = findings.where("rule_id = 'R1'").collect()[0].jr_id
    tables.replace(FINDING, findings.where("rule_id <> 'R1'"), "found_for = '2025-03'")
    monkeypatch.setattr("lake.publications.code_version", lambda: "0123")
    publish(tables, BUSINESS_DATE, "2025-03", ["2025-02", "2025-03"], "r", "s")

    with pytest.raises(IntegrityFailure) as failure:
        replay(lake, 5, settings_of())

    assert str(failure.value) == (
        f"publication 5: 1 findings differ (2025-03: 1), among them {jr_id}; "
        f"the code differs: 0123 judged, this is {code_version()}"
    )


def test_what_cannot_be_judged_again_is_refused(lake: Path) -> None:
    with pytest.raises(BadInput, match="--publication 9: no such publication; there are 4"):
        replay(lake, 9, settings_of())
    with pytest.raises(BadInput, match="2025-02, 2025-03: judged with other settings than those of this run"):
        replay(lake, 4, settings_of("refuse.include_drg=true"))


def test_vacuum_keeps_what_publications_show(story: Story, lake: Path) -> None:
    shown = exported(lake.parent)
    in_autumn = date(2025, 10, 1)
    old_run = lake / "_runs" / "20240401T020000-nightly-0a1b2c.jsonl"
    old_run.touch()
    files = sorted(lake.rglob("*.parquet"))

    dry = vacuum(lake, in_autumn, False, settings_of())
    assert dry.startswith("publications expired: 1, 2, 3; ")
    assert ", 1 files of old runs would be deleted" in dry
    assert sorted(lake.rglob("*.parquet")) == files
    assert old_run.exists()

    assert vacuum(lake, in_autumn, True, settings_of()) == dry.replace("would be deleted (--delete does it)", "deleted")
    assert len(list(lake.rglob("*.parquet"))) < len(files)
    assert not old_run.exists()
    check_lake(lake)
    assert fsck(lake, False).endswith("4 publications, 3 of them vacuumed")
    assert exported(lake.parent) == shown
    february = next(csv.DictReader(shown["finding"].splitlines()))["jr_id"]
    assert "R" in explain(lake, february, settings_of())
    with pytest.raises(BadInput, match="--publication 1: was vacuumed"):
        replay(lake, 1, settings_of())
    nothing = "publications expired: none; 0 files, 0 bytes, 0 files of old runs deleted"
    assert vacuum(lake, in_autumn, True, settings_of()) == nothing
