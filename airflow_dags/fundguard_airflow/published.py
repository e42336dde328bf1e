"""Waiting for the nights to have published a month to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, BaseSensorOperator, Context


class PublishedUpTo(BaseSensorOperator):
    """Waits for an event of the asset whose business date is ``day`` or later; fails after ``timeout``."""

    template_fields = ("day",)

    def __init__(self, *, asset: Asset, day: str, **kwargs: Any) -> None:
        super().__init__(
            inlets=[asset], pool="default_pool", mode="reschedule", poke_interval=timedelta(minutes=10).total_seconds(), **kwargs
        )
        self.asset = asset
        self.day = day

    def poke(self, context: Context) -> bool:
        """Whether there is such an event."""
        days = [event.extra["business_date"] for event in context["inlet_events"][self.asset]]
        self.log.info("published up to %s, waiting for %s", max(days, default="never"), self.day)
        return max(days, default="") >= self.day
