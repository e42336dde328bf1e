"""What changed between two rule bases, row by row."""

from __future__ import annotations

from pathlib import Path

from rules.book.changes import rule_changes
from tests.ingest.landing import cells
from tests.rules.rulebooks import loaded

BEFORE = """
    rule_id | rule_ver | med_list_codg | allowed_gend | insutype | enddate | stas   | tip
    R1      | 1        | XA1           | 1            |          |         |        | 提示
    R2      | 1        | XA2           | 1            |          |         |        |
    R3      | 1        | XA3           | 1            |          |         |        |
    R4      | 1        | XA4           | 1            |          |         |        |
    R5      | 1        | XA5           | 1            |          |         |        |
    R5      | 2        | XA5           | 1            | 310      |         |        |
    R6      | 1        | XA6           | 1            |          |         | shadow |
    """
AFTER = """
    rule_id | rule_ver | med_list_codg | allowed_gend | insutype | enddate    | stas    | tip
    R1      | 1        | XA1           | 2            | 310      |            |         |
    R2      | 1        | XA2           | 1            |          | 2025-06-30 |         |
    R2      | 2        | XA2           | 2            |          |            |         |
    R4      | 1        | XA4           | 1            |          |            | retired |
    R5      | 2        | XA5           | 1            | 310      |            |         |
    R6      | 1        | XA6           | 1            |          |            | shadow  |
    R7      | 1        | XA7           | 1            |          |            |         |
    """
CHANGES = """
    change | rule_id | rule_ver | what
    修改   | R1      | 1        | 险种：空 → 310；提示语：提示 → 空；allowed_gend：1 → 2
    修改   | R2      | 1        | 失效日期：空 → 2025-06-30
    修改   | R2      | 2        | 新版本（原第1版） allowed_gend：1 → 2
    停用   | R3      | 1        |
    停用   | R4      | 1        | 状态：active → retired
    修改   | R5      | 1        | 该版本不再载入
    新增   | R7      | 1        |
    """


def test_rows_added_changed_and_retired(tmp_path: Path) -> None:
    folders = [tmp_path / "before", tmp_path / "after"]
    for folder in folders:
        folder.mkdir()
    before, after = (loaded(folder, {"V02": cells(text)}).rules for folder, text in zip(folders, (BEFORE, AFTER), strict=True))

    expected = [row | {"rule_type_id": "V02", "rule_ver": int(row["rule_ver"])} for row in cells(CHANGES)]
    assert rule_changes(before, after).to_pylist() == expected
    assert rule_changes(after, after).num_rows == 0
