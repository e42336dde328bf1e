"""What the text of a published point decides, one reader for each of the 21 classes (docs/decisions/0030)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rules.national.age import AgeReading, child_ages
from rules.national.points import Point
from rules.national.sex import sex_of

# 住院: every class that can hold a stay by the contract's table (21, 23, 24 IPT; 2108, 28 DAYSURG; 22 TRAUMA; 52 MATN).
INPATIENT = ("IPT", "DAYSURG", "TRAUMA", "MATN")
WORK_INJURY, MATERNITY = "410", "510"  # insutype of the two insurances
RANKS = {"二级": "2", "三级": "3"}
A_DAY = {"日": "1", "天": "1", "小时": "24"}


@dataclass(frozen=True)
class Reading:
    """Parameter sets (each becomes a row; codes of the point in ``params``), and what the text leaves open."""

    rule_type_id: str
    params: tuple[dict[str, str], ...] = ()
    left: str = ""


def _each(point: Point, rule_type_id: str, left: str = "", **params: str) -> Reading:
    """One row for each code of the point."""
    return Reading(rule_type_id, tuple({"med_list_codg": code, **params} for code in point.codes), left)


def _sex(point: Point) -> Reading:
    found = sex_of(point.text, point.item)
    if not found.gend:
        return Reading("V02", left=found.reason)
    return _each(point, "V02", allowed_gend=found.gend)


def _age_reading(point: Point, rule_type_id: str, ages: AgeReading, left: str = "") -> Reading:
    if ages.reason:
        return Reading(rule_type_id, left=ages.reason)
    bounds = {"age_unit": ages.unit, "age_min": ages.lowest, "age_max": ages.highest}
    return _each(point, rule_type_id, left, **bounds)


def _child_drug(point: Point) -> Reading:
    return _age_reading(point, "V03", child_ages(point.text))


def _limited_to_children(point: Point) -> Reading:
    only_children = re.fullmatch(r"限儿童(?:使用)?。?", point.text)
    left = "" if only_children else "ages read; the indication in prose is not"
    return _age_reading(point, "V03", child_ages(point.text), left)


def _child_item(point: Point) -> Reading:
    infant = re.search(r"婴", point.text)
    left = "婴儿 has no agreed age: the bound of 儿童 stands" if infant else ""
    return _age_reading(point, "V04", child_ages(point.text), left)


def _level(point: Point) -> Reading:
    if "首次处方" in point.text:
        return Reading("V05", left="the level binds the first prescription or a specialty, not every charge")
    found = re.search(r"限(二级|三级)及以上", point.text)
    if not found:
        return Reading("V05", left="no lowest level in the text")
    whole = re.fullmatch(r"限(二级|三级)及以上医疗机构。?", point.text)
    left = "" if whole else "level read; the indication in prose is not"
    return _each(point, "V05", left, min_rank=RANKS[found[1]])


def _setting(point: Point) -> Reading:
    if re.search(r"急诊或住院患者", point.text):
        classes: tuple[str, ...] = ("EMERG", *INPATIENT)
    elif re.search(r"住院(?:患者)?方(?:可|予)支付|^限[^。；]*住院患者[^；]*$", point.text):
        classes = INPATIENT
    else:
        return Reading("V07", left="no setting in the text")
    whole = re.fullmatch(r"限(?:急诊或)?住院患者。?", point.text)
    left = "" if whole else "setting read; the indication in prose is not"
    return _each(point, "V07", left, allowed_class=";".join(classes))


def _internet(point: Point) -> Reading:
    if not re.search(r"互联网诊疗[^。]*不得开具", point.text):
        return Reading("V07", left="no ban of internet prescriptions in the text")
    return _each(point, "V07", internet="deny")


def _course(point: Point) -> Reading:
    found = re.search(r"支付(?:不超过)?(\d+)天", point.text)
    if not found:
        return Reading("V09", left="no limit of the form 支付不超过 N 天 (months, years and total times are not read)")
    left = "days read; the indication in prose is not"
    if "疾病过程" in point.text:
        left = "days a visit read; the disease process has no agreed restart gap"
    elif re.fullmatch(r"支付不超过\d+天。?", point.text):
        left = ""
    return _each(point, "V09", left, max_days=found[1], period="visit", day_basis="date")


def _frequency(point: Point) -> Reading:
    limit = A_DAY.get(point.text)
    if limit is None:
        return Reading("V16", left="the unit is none of 日, 天, 小时")
    return _counted(point, "day", limit)


def _periodic(point: Point) -> Reading:
    if re.match(r"每周最多支付一次", point.text):
        return _counted(point, "week", "1")
    return Reading("V16", left="an interval between two uses or a guideline, no count in a window")


def _counted(point: Point, window: str, limit: str) -> Reading:
    rows = ({"item_codes": code, "window": window, "limit_otp": limit, "limit_ipt": limit} for code in point.codes)
    return Reading("V16", tuple(rows))


def _duplicate(point: Point) -> Reading:
    if len(point.codes) != 2:
        return Reading("V14", left="not exactly two codes")
    kept, contained = point.codes
    return Reading("V14", ({"group_a": kept, "group_b": contained, "window": "day"},))


def _work_injury(point: Point) -> Reading:
    return _each(point, "V06", limited_to="injury", allowed_insutype=WORK_INJURY)


def _maternity(point: Point) -> Reading:
    return _each(point, "V06", limited_to="maternity", allowed_insutype=MATERNITY)


def _never_slice(point: Point) -> Reading:
    return _each(point, "V26", variant="never")


def _lone_slice(point: Point) -> Reading:
    left = "a prescription made of several such slices has no parameter of its own" if "全部由" in point.text else ""
    return _each(point, "V26", left, variant="single")


def _undecided(rule_type_id: str, reason: str) -> Callable[[Point], Reading]:
    return lambda point: Reading(rule_type_id, left=reason)


READERS: dict[str, Callable[[Point], Reading]] = {
    "药品区分性别使用": _sex,
    "医疗服务项目区分性别使用": _sex,
    "药品儿童专用": _child_drug,
    "药品限儿童使用": _limited_to_children,
    "医疗服务项目儿童专用": _child_item,
    "医疗服务项目限年龄": _undecided("V04", "the statutory working age is not a number of the text"),
    "药品限医疗机构级别": _level,
    "药品限工伤保险": _work_injury,
    "药品限生育保险": _maternity,
    "药品限就医方式": _setting,
    "超互联网医院药品支付范围": _internet,
    "药品限支付疗程": _course,
    "医疗服务项目限支付疗程": _course,
    "医疗服务项目重复收费": _duplicate,
    "医疗服务项目限定频次": _frequency,
    "医疗服务项目周期超频次": _periodic,
    "中药饮片单复方均不予支付": _never_slice,
    "中药饮片单方使用不予支付": _lone_slice,
    "药品限适应症": _undecided("V01", "the indications are prose, not ICD codes"),
    "药品限二线使用": _undecided("V08", "the first-line drugs and the look-back are not given"),
    "手术项目未按规定折价收费": _undecided("V13", "the price and the percentage of the second operation are not given"),
}


def read_point(point: Point) -> Reading:
    """The reading of the point's class; a class that is not known, or a point without codes, is left."""
    reader = READERS.get(point.rule_class)
    if reader is None:
        return Reading("", left="unknown class of points")
    if not point.codes:
        return Reading("", left="a note without codes")
    return reader(point)
