"""Features of institutions before they are published."""

from __future__ import annotations

from expectations.feature_checks import feature_suite
from lake.tables import INSTITUTION_MONTH

SUITE = feature_suite(INSTITUTION_MONTH, "机构月特征")
