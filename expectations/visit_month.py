"""Features of visits before they are published."""

from __future__ import annotations

from expectations.feature_checks import feature_suite
from lake.tables import VISIT_MONTH

SUITE = feature_suite(VISIT_MONTH, "就诊月特征")
