"""Features of doctors before they are published."""

from __future__ import annotations

from expectations.feature_checks import feature_suite
from lake.tables import DOCTOR_MONTH

SUITE = feature_suite(DOCTOR_MONTH, "医师月特征")
