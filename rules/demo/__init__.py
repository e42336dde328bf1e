"""The demo rule base: 642,658 rows and the catalogue they speak of, made from a seed."""
