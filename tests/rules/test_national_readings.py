"""Every agreed reading of a published point, both ways, on hand-written points."""

from __future__ import annotations

import pytest

from rules.national.points import Point
from rules.national.readings import Reading, read_point


def read(rule_class: str, text: str, *codes: str, item: str = "某项目") -> Reading:
    return read_point(Point("KP-1", rule_class, "GZ", item, text, codes or ("X1",), "batch_01", "", (), "来源", 0))


def only(reading: Reading) -> dict[str, str]:
    assert len(reading.params) == 1
    return {name: value for name, value in reading.params[0].items() if value}


CHILD_DRUG, CHILD_LIMIT, CHILD_ITEM = "药品儿童专用", "药品限儿童使用", "医疗服务项目儿童专用"


@pytest.mark.parametrize(
    ("rule_class", "text", "unit", "lowest", "highest"),
    [
        (CHILD_LIMIT, "限儿童。", "year", None, "17"),
        (CHILD_DRUG, "用于小儿感冒。疗程3至6天。", "year", None, "17"),
        (CHILD_LIMIT, "限3-12岁肺动脉高压患者。", "year", "3", "12"),
        (CHILD_LIMIT, "限2岁至11岁儿童慢性便秘。", "year", "2", "11"),
        (CHILD_LIMIT, "限5至12岁以下单纯性流感儿童患者。", "year", "5", "12"),
        (CHILD_LIMIT, "限3岁及3岁以上伴有症状的儿童患者。", "year", "3", "17"),
        (CHILD_LIMIT, "限：1.1岁至14岁儿童哮喘；2.2岁至14岁儿童鼻炎。", "year", "1", "14"),
        (CHILD_LIMIT, "限：1.2岁至14岁儿童哮喘；2.儿童鼻炎。", "year", None, "17"),
        (CHILD_DRUG, "适用于11周岁以下患者。", "year", None, "11"),
        (CHILD_DRUG, "用于1月以上婴儿和儿童的急性腹泻。", "month", "1", "215"),
        (CHILD_ITEM, "儿童专用项目", "year", None, "17"),
        (CHILD_ITEM, "新生儿专用项目", "day", None, "28"),
        (CHILD_DRUG, "用于新生儿及各种小儿营养不良。", "year", None, "17"),
    ],
)
def test_ages_of_children(rule_class: str, text: str, unit: str, lowest: str | None, highest: str) -> None:
    got = only(read(rule_class, text))
    assert (got["age_unit"], got.get("age_min"), got["age_max"]) == (unit, lowest, highest)


def test_a_text_that_speaks_of_adults_is_left() -> None:
    reading = read(CHILD_DRUG, "用于肠炎。（药品说明书包含成人用法用量）")
    assert (reading.params, reading.left) == ((), "the text speaks of adults too")


def test_the_statutory_working_age_is_not_guessed() -> None:
    assert read("医疗服务项目限年龄", "限法定就业年龄段患者").params == ()


DRUG_SEX = "药品区分性别使用"


@pytest.mark.parametrize(
    ("text", "gend"),
    [
        ("良性前列腺增生，慢性、非细菌性前列腺炎。", "1"),
        ("用于肾虚不固，遗精滑泄。", "1"),
        ("用于月经不调，痛经。", "2"),
        ("非特异性阴道炎。", "2"),
        ("用于产后恶露不绝。", "2"),
        ("宫颈扩张0-3cm（未产妇）。", "2"),
    ],
)
def test_words_of_one_sex_decide_it(text: str, gend: str) -> None:
    assert only(read(DRUG_SEX, text))["allowed_gend"] == gend


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("用于高血压。孕妇禁用。", "孕妇 stands in a negation (禁用)"),
        ("用于糖尿病（不包括妊娠糖尿病）。", "妊娠 stands in a negation (不包括)"),
        ("适用于不能耐受阴道制剂的女性。", "阴道 stands in a negation (不能耐受)"),
        ("用于非妊娠患者。", "妊娠 stands in a negation (非)"),
        ("用于男性不育和女性不孕。", "words of both sexes (男性, 女性)"),
        ("用于更年期综合征，失眠。", "no word for an organ or state of one sex"),
        ("前列腺素类药，用于溃疡。", "no word for an organ or state of one sex"),
        ("含女贞子，滋补肝肾。", "no word for an organ or state of one sex"),
        ("用于早产儿呼吸窘迫。", "no word for an organ or state of one sex"),
        ("用于乳腺癌。", "no word for an organ or state of one sex"),
    ],
)
def test_negations_and_both_sexes_leave_the_point(text: str, reason: str) -> None:
    reading = read(DRUG_SEX, text)
    assert (reading.params, reading.left) == ((), reason)


def test_the_name_decides_where_the_text_holds_no_word() -> None:
    assert only(read(DRUG_SEX, "避孕，3年有效。", item="左炔诺孕酮宫内节育系统"))["allowed_gend"] == "2"


def test_the_text_goes_before_the_name() -> None:
    assert read(DRUG_SEX, "孕妇禁用。", item="前列腺舒丸").params == ()


LEVEL = "药品限医疗机构级别"


@pytest.mark.parametrize(("text", "rank"), [("限二级及以上医疗机构。", "2"), ("限三级及以上医疗机构癌症患者。", "3")])
def test_the_lowest_level_is_the_rank(text: str, rank: str) -> None:
    assert only(read(LEVEL, text))["min_rank"] == rank


@pytest.mark.parametrize(
    "text", ["限肿瘤患者，首次处方时需由二级及以上医疗机构专科医师开具处方。", "需三级医院眼科或二级及以上眼科专科医院医师处方。"]
)
def test_a_level_of_the_prescriber_is_left(text: str) -> None:
    assert read(LEVEL, text).params == ()


INPATIENT = "IPT;DAYSURG;TRAUMA;MATN"


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("限肿瘤患者，住院方可支付，单次最多支付14天。", INPATIENT),
        ("不能经饮食补充营养的住院患者方予支付。", INPATIENT),
        ("限缺血性疾病急性期住院患者，支付不超过14天。", INPATIENT),
        ("限急诊或住院患者。", f"EMERG;{INPATIENT}"),
    ],
)
def test_the_setting(text: str, classes: str) -> None:
    assert only(read("药品限就医方式", text))["allowed_class"] == classes


@pytest.mark.parametrize("text", ["单次住院最多支付14天。", "限急性期住院患者；限耳部血流障碍患者。", "限肿瘤患者。"])
def test_what_does_not_exclude_other_settings_is_left(text: str) -> None:
    assert read("药品限就医方式", text).params == ()


def test_the_internet_ban() -> None:
    banned = "医疗机构开展互联网诊疗活动时，不得开具麻醉药品、精神药品等特殊管理药品的处方。"
    assert only(read("超互联网医院药品支付范围", banned)) == {"med_list_codg": "X1", "internet": "deny"}
    assert read("超互联网医院药品支付范围", "互联网诊疗活动可以开具处方。").params == ()


COURSE = "药品限支付疗程"


@pytest.mark.parametrize(
    ("text", "days"),
    [("支付不超过14天。", "14"), ("住院方可支付，单次支付不超过3天。", "3"), ("单次最多支付14天。", "14")],
)
def test_days_of_a_course_are_days_a_visit(text: str, days: str) -> None:
    expected = {"med_list_codg": "X1", "max_days": days, "period": "visit", "day_basis": "date"}
    assert only(read(COURSE, text)) == expected


@pytest.mark.parametrize("text", ["支付不超过12个月。", "支付不超过一年。", "总时间不超过90天。", "疗程14天。"])
def test_other_periods_are_left(text: str) -> None:
    assert read(COURSE, text).params == ()


@pytest.mark.parametrize(("text", "limit"), [("日", "1"), ("天", "1"), ("小时", "24")])
def test_the_frequency_a_day(text: str, limit: str) -> None:
    expected = {"item_codes": "0031", "window": "day", "limit_otp": limit, "limit_ipt": limit}
    assert only(read("医疗服务项目限定频次", text, "0031")) == expected


def test_another_unit_of_frequency_is_left() -> None:
    assert read("医疗服务项目限定频次", "次").params == ()


def test_a_weekly_count_is_read_and_an_interval_is_not() -> None:
    assert only(read("医疗服务项目周期超频次", "每周最多支付一次。", "0034"))["window"] == "week"
    assert read("医疗服务项目周期超频次", "评定间隔时间不短于14天。", "0034").params == ()


def test_a_pair_keeps_the_first_code() -> None:
    got = only(read("医疗服务项目重复收费", "含阑尾切除术", "0033A", "0033B", item="甲×乙"))
    assert got == {"group_a": "0033A", "group_b": "0033B", "window": "day"}


@pytest.mark.parametrize("codes", [("0033A",), ("0033A", "0033B", "0033C")])
def test_a_pair_of_other_than_two_codes_is_left(codes: tuple[str, ...]) -> None:
    assert read("医疗服务项目重复收费", "含", *codes).params == ()


def test_other_insurances_name_their_own_type() -> None:
    injury = only(read("药品限工伤保险", "限工伤保险"))
    maternity = only(read("药品限生育保险", "限生育保险"))
    assert (injury["limited_to"], injury["allowed_insutype"]) == ("injury", "410")
    assert (maternity["limited_to"], maternity["allowed_insutype"]) == ("maternity", "510")


@pytest.mark.parametrize(
    ("rule_class", "text"),
    [
        ("药品限二线使用", "限二线用药。"),
        ("手术项目未按规定折价收费", "胃肠手术组"),
        ("药品限适应症", "限2型糖尿病患者。"),
        ("没有见过的类", "限儿童。"),
    ],
)
def test_what_no_reading_decides_is_left_with_a_reason(rule_class: str, text: str) -> None:
    reading = read(rule_class, text)
    assert reading.params == ()
    assert reading.left
