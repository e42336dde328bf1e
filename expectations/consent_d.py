"""Consents: signed or refused, not in the future."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import in_future, not_one_of
from lake.tables import CONSENT_D

CHECKS = (
    Check("sign_flag", "签署标志超出值域", "告知规则依赖它", not_one_of("sign_flag", (0, 1)), share="domains"),
    Check("future", "签署时间晚于业务日期", "日期错位", in_future("sign_time"), share="times"),
)

SUITE = Suite(CONSENT_D.name, "知情同意", (Pass("同意书", "new_consent_d AS this", (*declared(CONSENT_D), *CHECKS)),))
