"""Persons: kept apart while loading, named one case at a time to those who may, and every naming on record."""
