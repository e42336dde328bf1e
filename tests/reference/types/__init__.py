"""Condition and amount of each rule type: a function from a Job to what it finds."""
