"""Features of persons before they are published."""

from __future__ import annotations

from expectations.feature_checks import feature_suite
from lake.tables import PERSON_MONTH

SUITE = feature_suite(PERSON_MONTH, "人员月特征")
