"""Batches gone wrong before the gate, and before a plain suite of Great Expectations."""
