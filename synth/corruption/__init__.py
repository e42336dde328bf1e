"""Batches with a seed: clean ones of a small county, and the ways in which what lands goes wrong."""
