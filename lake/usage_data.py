"""Libraries that send usage data home by default are told not to: the one place."""

import os

SWITCHES = {"GX_ANALYTICS_ENABLED": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def switch_off() -> None:
    """Called before such a library is imported; the environment cannot switch it on again."""
    os.environ.update(SWITCHES)
