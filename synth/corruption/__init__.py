"""Batches with a seed: clean ones of a tiny county, and the ways in which what lands goes wrong."""
