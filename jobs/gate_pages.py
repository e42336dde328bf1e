"""The generated page of the gate's checks: what each asks, why, and what happens where it does not hold."""

from __future__ import annotations

from expectations.check import Check, Suite
from expectations.suites import PRODUCT_SUITES, SOURCE_SUITES
from jobs.markdown import MADE, grid

LEAD = (
    "A check is asked of every new row that has what it needs: `faults` among the rows `asked` is its share. Consequence: `fail` "
    "(one faulty row refuses the batch), `quarantine` (faulty rows are set aside in `rejects`), `warn` (reported). Above "
    "`gate.share.<share>` of `conf/base.yaml` a quarantine or a warning refuses too; of a table of fewer than `gate.min_rows` "
    "rows a share counts as if sound ones made it up to so many, except by checks with `*`. A check without a share never "
    "refuses. `gate.consequence.<table>.<check>` sets another consequence."
)


def gate_pages() -> dict[str, str]:
    """The one page under docs/gate."""
    parts = ["# Checks of the gate", MADE, LEAD]
    for title, suites in (("Of what lands", SOURCE_SUITES), ("Of what is published", PRODUCT_SUITES)):
        parts += [f"## {title}", *(_section(suite) for suite in suites.values())]
    return {"README.md": "\n\n".join(parts) + "\n"}


def _section(suite: Suite) -> str:
    rows = [
        [f"`{check.id}`", judged.of, check.name, check.reason, check.consequence, _share(check)]
        for judged in suite.passes
        for check in judged.checks
    ]
    return f"### {suite.table} {suite.title}\n\n" + grid(["check", "对象", "检查", "为何检查", "consequence", "share"], rows)


def _share(check: Check) -> str:
    return f"`{check.share}`{' *' if check.any_size else ''}" if check.share else ""
