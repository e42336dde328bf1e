"""The rule manager's commands on the lake of the story: what they say, and that they leave the lake as it is."""

from __future__ import annotations

import csv
import hashlib
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jobs.rule_diff import diff_rules
from jobs.rule_impact import show_impact
from jobs.rule_import import import_rules
from jobs.rule_lint import lint_rules
from lake.errors import BadInput, LakeBusy
from lake.lock import one_writer
from tests.ingest.landing import cells
from tests.jobs.nights import exported, night, settings_of, table_versions
from tests.jobs.story import TWO_STAYS, write_rules
from tests.jobs.telling import Story
from tests.rules.rulebooks import csv_file

# Against the story's last rule base: R1 is less severe from its second version on, R4 is new, and two stays three days apart
# are no longer suspect.
NEW_WOMEN_ONLY = """
    rule_id | rule_ver | med_list_codg | allowed_gend | sev_deg
    R1      | 2        | XA01          | 2            | 2
    R4      | 1        | XB01          | 1            |
    """
FEWER_DAYS = TWO_STAYS.replace("| 10       |", "| 2        |")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The folder of the new rule base."""
    folder = write_rules(tmp_path / "new", NEW_WOMEN_ONLY)
    csv_file(folder, "S01", cells(FEWER_DAYS))
    return folder


@pytest.fixture
def lake(story: Story, tmp_path: Path) -> Path:
    """A copy of the story's last lake."""
    return Path(shutil.copytree(story.folder / "lake", tmp_path / "lake"))


def contents(folder: Path) -> dict[str, str]:
    """The digest of every file in the folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def amounts(rows: list[dict[str, Any]], *names: str) -> dict[str, tuple[Any, ...]]:
    return {row["rule_id"]: tuple(row[name] for name in names) for row in rows}


def test_impact_says_what_a_re_audit_then_finds(story: Story, lake: Path, rules: Path, tmp_path: Path) -> None:
    before = contents(lake)
    result = show_impact(lake, rules, "2025-03", tmp_path / "impact.csv", settings_of())

    assert contents(lake) == before
    yuan = Decimal
    by_rule = result.by_rule.to_pylist()
    # The second line of R4's visit is another visit's: two findings of 500.00 and 400.00.
    assert amounts(by_rule, "old_count", "new_count", "gained", "lost", "changed", "vola_change", "fund_change") == {
        "T1": (1, 0, 0, 1, 0, yuan("-300.00"), yuan("-300.00")),
        "R1": (1, 1, 0, 0, 1, yuan("0.00"), yuan("0.00")),
        "R4": (0, 2, 2, 0, 0, yuan("900.00"), yuan("700.00")),
    }
    said = {
        row["规则编号"]: (row["规则变动"], row["新增违规金额"], row["减少涉及基金"]) for row in rows_of(tmp_path / "impact.csv")
    }
    assert said == {"T1": ("修改", "", "300.00"), "R1": ("修改", "", ""), "R4": ("新增", "900.00", "")}

    night(tmp_path, story.folder / "landing", rules, "2025-03")
    found = [
        row for row in csv.DictReader(exported(tmp_path, "finding")["finding"].splitlines()) if row["found_for"] == "2025-03"
    ]
    assert sorted((row["rule_id"], row["mdtrt_id"], row["vola_amt"], row["sev_deg"]) for row in found) == [
        ("R1", "m3", "10.00", "2"),
        ("R4", "m1", "500.00", "1"),
        ("R4", "m2", "400.00", "1"),
    ]


def test_a_month_that_was_not_judged_has_no_impact(lake: Path, rules: Path) -> None:
    with pytest.raises(BadInput, match="--month 2024-12: was not judged; judged are 2025-02, 2025-03"):
        show_impact(lake, rules, "2024-12", None, settings_of())


def test_a_proposed_rule_base_lies_beside_the_active_rules(lake: Path, rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = table_versions(lake)
    with pytest.raises(BadInput, match="no rule base was imported"):
        show_impact(lake, None, "2025-03", None, settings_of())

    proposed = import_rules(lake, rules, settings_of())

    after = table_versions(lake)
    assert {name for name in after if after[name] != before.get(name)} == {"rule_proposed", "rule_proposed_rejects"}
    import_rules(lake, rules, settings_of())
    assert table_versions(lake) == after
    result = show_impact(lake, None, "2025-03", None, settings_of())
    assert amounts(result.by_rule.to_pylist(), "gained", "lost") == {"T1": (0, 1), "R1": (0, 0), "R4": (2, 0)}
    capsys.readouterr()
    diff_rules(str(lake), f"{lake}@{proposed.rulebook_ver}", None, settings_of())
    assert f"→ {proposed.rulebook_ver}" in capsys.readouterr().out


def test_a_busy_lake_takes_no_rule_base(lake: Path, rules: Path) -> None:
    with one_writer(lake), pytest.raises(LakeBusy):
        import_rules(lake, rules, settings_of())


def test_diff_compares_a_night_of_the_lake_with_files(story: Story, lake: Path, rules: Path, tmp_path: Path) -> None:
    first = story.nights["first"].rulebook_ver
    diff_rules(f"{lake}@{first}", str(rules), tmp_path / "diff.csv", settings_of())

    changes = [(row["变动"], row["规则编号"], row["版本"], row["内容"]) for row in rows_of(tmp_path / "diff.csv")]
    assert changes == [
        ("修改", "T1", "1", "gap_days：10 → 2"),
        ("修改", "R1", "1", "该版本不再载入"),
        ("修改", "R1", "2", "新版本（原第1版） 严重程度：1 → 2"),
        ("停用", "R2", "1", ""),
        ("新增", "R4", "1", ""),
    ]
    with pytest.raises(BadInput, match="holds no rule base 0000"):
        diff_rules(f"{lake}@0000", str(rules), None, settings_of())
    with pytest.raises(BadInput, match="no such folder of rule files, and no lake"):
        diff_rules(str(tmp_path / "nowhere"), str(rules), None, settings_of())


def test_lint_lists_what_it_finds_and_is_strict_only_if_asked(lake: Path, rules: Path, tmp_path: Path) -> None:
    wrong = [{"rule_id": "V1", "med_list_codg": "XA01", "allowed_gend": "x"}]
    csv_file(rules, "V02", [*cells(NEW_WOMEN_ONLY), *wrong, {"rule_id": "R5", "med_list_codg": "XA01", "allowed_gend": "1"}])

    lint_rules(rules, lake, tmp_path / "lint.csv", False, settings_of())

    found = [(row["检查项"], row["级别"], row["规则编号"], row["相关规则"]) for row in rows_of(tmp_path / "lint.csv")]
    assert found == [("规则行被拒收", "错误", "V1", ""), ("互相矛盾：限性别", "错误", "R5", "R1")]
    with pytest.raises(BadInput, match="faults in rule rows: 2"):
        lint_rules(rules, None, None, True, settings_of())
