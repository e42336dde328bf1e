"""The quality gate: what must hold of a night's data, and what happens where it does not."""

from jobs.gate.gate import Gate

__all__ = ["Gate"]
