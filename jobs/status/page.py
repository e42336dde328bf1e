"""The last runs as one page in Chinese that needs no network: the newest run, trends, a table, steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from lake.runs import DONE, FAILED, KILLED, NOTHING_TO_DO, REFUSED, RUNNING, RunRecord

STATES = {
    DONE: "已发布", NOTHING_TO_DO: "无变化", RUNNING: "进行中", REFUSED: "闸门拒绝", FAILED: "失败", KILLED: "中断",
}  # fmt: skip
# As `now_at` names them (jobs/nightly.py and what it calls); a step without a name of its own keeps it.
STEPS = {
    "rules": "读规则库", "check": "检查数据湖", "load": "入库", "keep rules": "存规则库", "gate of sources": "闸门：来源数据",
    "plan": "定月份", "judge": "稽核", "rates": "核实率", "waivers": "豁免", "features": "特征", "score": "模型评分",
    "cases": "疑点排序", "events": "变更记录", "gate of products": "闸门：稽核结果", "publish": "发布",
}  # fmt: skip
MODELS = {"none": "无", "none, by rules": "无，按规则"}
GATES = {"passed": "通过", "released": "人工放行", "reported": "仅报告", "refused": "拒绝", None: ""}
NIGHTS = ("nightly", "nightly load", "nightly gate", "audit")
# Bars of a chart, in the units of its drawing.
WIDTH, HEIGHT = 560, 120


@dataclass(frozen=True)
class Bar:
    """A run in a chart: where its bar stands, how high it is, what is said of it."""

    x: float
    y: float
    width: float
    height: float
    title: str
    state: str


@dataclass(frozen=True)
class Chart:
    """One figure over the runs; ``most`` is what the highest bar stands for."""

    title: str
    most: str
    bars: tuple[Bar, ...]


def write_page(runs: Sequence[RunRecord], shown: int, path: Path) -> None:
    """Writes the page of the last ``shown`` nights and of other jobs since the first of them; replaces what lay there whole."""
    nights = [run for run in runs if run.job in NIGHTS][-shown:]
    others = [run for run in runs if run.job not in NIGHTS and (not nights or run.started >= nights[0].started)]
    environment = Environment(
        loader=PackageLoader("jobs"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": _number, "yuan": _yuan}
    text = environment.get_template("status.html").render(
        nights=nights[::-1],
        others=others[::-1][:shown],
        charts=_charts(nights),
        states=STATES,
        steps=STEPS,
        models=MODELS,
        gates=GATES,
        width=WIDTH,
        height=HEIGHT,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _charts(nights: Sequence[RunRecord]) -> list[Chart]:
    figures: list[tuple[str, Callable[[RunRecord], float | None], Callable[[float], str]]] = [
        ("读入行数", lambda run: run.read, _number),
        ("剔除行数", lambda run: run.rejected, _number),
        ("疑点条数", lambda run: run.findings, _number),
        ("涉及基金（元）", lambda run: None if run.fund_amt is None else float(run.fund_amt), _yuan),
        ("用时（秒）", lambda run: run.seconds, _number),
    ]
    return [_chart(title, nights, value, shown) for title, value, shown in figures]


def _chart(
    title: str, nights: Sequence[RunRecord], value: Callable[[RunRecord], float | None], shown: Callable[[float], str]
) -> Chart:
    values = [value(run) for run in nights]
    most = max((known for known in values if known is not None), default=0) or 1
    room = WIDTH / max(len(nights), 1)
    bars = []
    for place, (run, known) in enumerate(zip(nights, values, strict=True)):
        if known is None:
            continue
        height = max(known / most * HEIGHT, 1.0)
        said = f"{run.business_date or run.started[:10]}　{shown(known)}　{STATES[run.state]}"
        width = min(room * 0.8, 24)
        bars.append(Bar(round(place * room, 1), round(HEIGHT - height, 1), round(width, 1), round(height, 1), said, run.state))
    return Chart(title, shown(most) if bars else "无", tuple(bars))


def _number(count: float | None) -> str:
    return "" if count is None else f"{count:,.0f}"


def _yuan(amount: float | str | None) -> str:
    return "" if amount is None else f"{float(amount):,.2f}"
