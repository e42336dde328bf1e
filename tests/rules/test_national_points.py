"""Which points stand, how stable the rows are, and real points against values read from their texts by hand."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from lake import knowledge
from lake.errors import BadInput
from rules.catalogue import RULE_TYPES
from rules.national.library import NationalImport, import_points
from rules.national.points import COLUMNS
from rules.national.report import left_csv, report_markdown
from rules.national.rows import columns_of


def write_points(folder: Path, *points: dict[str, str]) -> Path:
    file = folder / "points.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(points)
    return file


def child_point(kp_id: str, codes: str, text: str, **more: str) -> dict[str, str]:
    return {"kp_id": kp_id, "rule_class": "药品限儿童使用", "item_name": "某药", "med_codes": codes, "constraint": text, **more}


def ages(imported: NationalImport) -> dict[str, str]:
    return {row["med_list_codg"]: row["age_max"] for row in imported.rules.get("V03", [])}


def test_a_superseded_point_makes_no_row(tmp_path: Path) -> None:
    old = child_point("KP-old", "X1;X2", "限儿童。")
    new = child_point("KP-new", "X2;X3", "限2岁至11岁儿童。", published_at="2026-01-28", supersedes='"KP-old"')
    assert ages(import_points(write_points(tmp_path, old, new))) == {"X2": "11", "X3": "11"}


def test_the_last_of_a_chain_stands(tmp_path: Path) -> None:
    points = (
        child_point("KP-3", "X1", "限3-5岁儿童。", published_at="2026-03-01", supersedes='["KP-2"]'),
        child_point("KP-1", "X1", "限儿童。"),
        child_point("KP-2", "X1", "限2岁至11岁儿童。", published_at="2026-01-28", supersedes='"KP-1"'),
    )
    assert ages(import_points(write_points(tmp_path, *points))) == {"X1": "5"}


def test_the_newest_of_two_that_supersede_the_same_point_stands(tmp_path: Path) -> None:
    points = (
        child_point("KP-1", "X1", "限儿童。"),
        child_point("KP-b", "X1", "限3-5岁儿童。", published_at="2026-03-01", supersedes='"KP-1"'),
        child_point("KP-a", "X1", "限2岁至11岁儿童。", published_at="2026-01-28", supersedes='"KP-1"'),
    )
    assert ages(import_points(write_points(tmp_path, *points))) == {"X1": "5"}


def test_two_points_with_the_same_row_make_it_once(tmp_path: Path) -> None:
    first = child_point("KP-1", "X1;X2", "限儿童。")
    second = child_point("KP-2", "X2", "限儿童。", published_at="2026-01-28")
    imported = import_points(write_points(tmp_path, first, second))
    assert ages(imported) == {"X1": "17", "X2": "17"}
    assert {row["med_list_codg"]: "KP-2" in row["src_doc"] for row in imported.rules["V03"]} == {"X1": False, "X2": True}


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("kp_id,rule_class\nKP-1,药品限儿童使用\n", encoding="utf-8")
    with pytest.raises(BadInput, match="gz_code"):
        import_points(file)


def test_ids_do_not_depend_on_the_other_points(tmp_path: Path) -> None:
    one, two = child_point("KP-1", "X1", "限儿童。"), child_point("KP-2", "X2", "限儿童。")
    alone = import_points(write_points(tmp_path, one)).rules["V03"]
    together = import_points(write_points(tmp_path, two, one)).rules["V03"]
    assert [row for row in together if row["med_list_codg"] == "X1"] == alone
    assert alone[0]["rule_id"] == "V03-30d7914e4f2bc847"


def test_a_row_has_the_columns_of_its_file(tmp_path: Path) -> None:
    (row,) = import_points(write_points(tmp_path, child_point("KP-1", "X1", "限儿童。", gz_code="GZ9"))).rules["V03"]
    assert tuple(row) == columns_of(RULE_TYPES["V03"])
    assert {name: row[name] for name in ("rule_ver", "begndate", "stas", "gz_code", "tip", "origin")} == {
        "rule_ver": "1",
        "begndate": "",
        "stas": "active",
        "gz_code": "GZ9",
        "tip": "某药：限儿童。",
        "origin": "official",
    }


@cache
def published() -> NationalImport:
    return import_points(knowledge.national_points())


def parameters(rule_type_id: str, kp_id: str) -> set[tuple[str, ...]]:
    """The parameter values that the rows of one published point have, without its codes."""
    names = [param.name for param in RULE_TYPES[rule_type_id].params if param.role != "codes"]
    rows = [row for row in published().rules[rule_type_id] if f"（{kp_id}）" in row["src_doc"]]
    return {tuple(row[name] for name in names if row[name]) for row in rows}


INPATIENT = "IPT;DAYSURG;TRAUMA;MATN"


@pytest.mark.parametrize(
    ("rule_type_id", "kp_id", "expected"),
    [
        ("V02", "KP-28f1be693825bd78", ("1",)),  # 普适泰片 良性前列腺增生
        ("V02", "KP-3c1f1b9db45fd92b", ("2",)),  # 缩宫素鼻喷雾剂 子宫收缩
        ("V02", "KP-f721426110011963", ("1",)),  # 金锁固精丸 遗精滑泄
        ("V02", "KP-37bbb33a949ee481", ("1",)),  # 阴茎海绵体造影
        ("V02", "KP-b1a04c4190d53e0a", ("2",)),  # 阴道填塞
        ("V02", "KP-05b9eb2a88efcc5a", ("2",)),  # 人工破膜术
        ("V03", "KP-f6204fa64aa60e39", ("year", "17")),  # 小儿磨积片
        ("V03", "KP-7fdaf3dc5b1ac987", ("month", "1", "215")),  # 消旋卡多曲颗粒 1月以上婴儿和儿童
        ("V03", "KP-0a54eb10001bdc41", ("year", "11")),  # 小儿多种维生素注射液(13) 11周岁以下
        ("V03", "KP-01b597721c02fc7f", ("year", "3", "12")),  # 波生坦分散片 3-12岁
        ("V03", "KP-9a0fcae8428a5831", ("year", "1", "14")),  # 孟鲁司特钠口溶膜 1岁至14岁；2岁至14岁
        ("V03", "KP-be384a9eaf0c6fc2", ("year", "3", "17")),  # 怡培生长激素注射液 3岁及以上儿童
        ("V04", "KP-7176625812446456", ("day", "28")),  # 新生儿测颅压
        ("V04", "KP-98adabde204b8dd5", ("year", "17")),  # 儿童前牙树脂冠修复
        ("V04", "KP-2953a3c78671a65f", ("year", "17")),  # 婴儿氧舱治疗
        ("V05", "KP-67c25daf07f2a7d6", ("2",)),  # 参附注射液 限二级及以上医疗机构
        ("V05", "KP-f6a6300879e29bd6", ("2",)),  # 艾迪注射液
        ("V05", "KP-7d5b8b8cdf286043", ("2",)),  # 肾康注射液
        ("V07", "KP-279cff6bbf15ebb3", (f"EMERG;{INPATIENT}",)),  # 安宫牛黄丸 限急诊或住院患者
        ("V07", "KP-edb2f4ead33d42fa", (INPATIENT,)),  # 银杏达莫注射液 急性期住院患者
        ("V07", "KP-c660878dc43d471d", (INPATIENT,)),  # 银杏内酯注射液 住院方可支付
        ("V07", "KP-9cbe2b15964c58d0", ("deny",)),  # 芬太尼透皮贴剂
        ("V07", "KP-8b0878b10f660b80", ("deny",)),  # 枸橼酸芬太尼注射液
        ("V07", "KP-0b363fc0a63d32e2", ("deny",)),  # 枸橼酸舒芬太尼注射液
        ("V09", "KP-a047cfca42dd5903", ("14", "visit", "date")),  # 天麻素注射液
        ("V09", "KP-f915bc0f99aa2956", ("10", "visit", "date")),  # 注射用七叶皂苷钠
        ("V09", "KP-f7bc18815cfdb21a", ("3", "visit", "date")),  # 注射用重组人脑利钠肽
        ("V09", "KP-18042d638d9108a3", ("30", "visit", "date")),  # 减重支持系统训练
        ("V09", "KP-f3d0eef4fb671feb", ("90", "visit", "date")),  # 平衡功能训练
        ("V16", "KP-b46b056dff1d9cbd", ("day", "1", "1")),  # 急诊监护费 日
        ("V16", "KP-0db951ad2405e179", ("day", "24", "24")),  # 心电监测 小时
        ("V16", "KP-c73565a8e2e1bb4a", ("day", "1", "1")),  # 硬膜外连续镇痛 天
        ("V26", "KP-ecd7aabb56fb23c1", ("never",)),  # 阿胶
        ("V26", "KP-32e541f67e46263d", ("never",)),  # 白糖参
        ("V26", "KP-bc355fcfc316c1f4", ("never",)),  # 朝鲜红参
        ("V26", "KP-b7a6cb75963a64c5", ("single",)),  # 丁香
        ("V26", "KP-e92bbe4102954aa3", ("single",)),  # 人参片
        ("V26", "KP-ba1660496a3a87bc", ("single",)),  # 八角茴香
    ],
)
def test_a_published_point(rule_type_id: str, kp_id: str, expected: tuple[str, ...]) -> None:
    assert parameters(rule_type_id, kp_id) == {expected}


@pytest.mark.parametrize(
    ("kept", "contained"),
    [
        ("001103000010000", "001102000030000"),  # 急诊监护费×急诊诊查费
        ("003313010060000", "003309000060000"),  # 卵巢癌根治术×经腹腔镜盆腔淋巴结清扫术
        ("003314000070000", "003109040040000"),  # 难产接生×肛门指检
    ],
)
def test_a_published_pair(kept: str, contained: str) -> None:
    windows = {(row["group_a"], row["group_b"]): row["window"] for row in published().rules["V14"]}
    assert windows[(kept, contained)] == "day"
    assert (contained, kept) not in windows


@pytest.mark.parametrize(
    "kp_id",
    [
        "KP-5d9a111d9f2f84ae",  # 女珍颗粒: 更年期 is of both sexes
        "KP-90f255a80432f743",  # 黄体酮注射液(Ⅱ): 不能耐受阴道制剂
        "KP-60cf30ac8232095c",  # 小儿乳酸菌素片: adults too
        "KP-0cbb831458d8a699",  # 度拉糖肽注射液: first prescription
        "KP-bb5ee190dcf9597b",  # 布西珠单抗注射液: a specialty
        "KP-f2b9a5b369bddc7b",  # 帕妥珠单抗注射液: 12个月
        "KP-6977109cf9517c5d",  # 手功能评定: 总时间
        "KP-03e96cd241d2f1ae",  # a note
    ],
)
def test_a_published_point_that_is_left(kp_id: str) -> None:
    assert [left.made_rows for left in published().left if left.kp_id == kp_id] == [False]
    assert not any(f"（{kp_id}）" in row["src_doc"] for rows in published().rules.values() for row in rows)


def test_every_point_is_accounted_for() -> None:
    for one in published().classes:
        without = sum(1 for left in published().left if left.rule_class == one.rule_class and not left.made_rows)
        assert one.points == one.superseded + one.with_rows + without
    assert sum(one.points for one in published().classes) == 3899
    assert sum(one.superseded for one in published().classes) == 397


def test_ids_are_unique() -> None:
    ids = [row["rule_id"] for rows in published().rules.values() for row in rows]
    assert len(ids) == len(set(ids))


def test_the_report_names_every_class_and_reason() -> None:
    text = report_markdown(published())
    for one in published().classes:
        assert f"| {one.rule_class} | {one.rule_type_id} | {one.points} |" in text
    assert "- 药品限二线使用: the first-line drugs and the look-back are not given: 110" in text
    lines = left_csv(published()).splitlines()
    assert lines[0] == "kp_id,rule_class,item,reason,made_rows"
    assert len(lines) == 1 + len(published().left)
