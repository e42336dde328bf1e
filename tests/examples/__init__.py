"""The contract's own examples as cases that any engine can be run on."""
