"""``fundguard status``: what the last runs came to, as a table, a page and metrics. Without Spark and without settings."""
