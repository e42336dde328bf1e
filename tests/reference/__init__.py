"""The contract in plain Python: slow, obvious, and written without sight of the engine."""
