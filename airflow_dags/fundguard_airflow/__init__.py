"""What the DAGs of fundguard share. It imports Airflow and nothing else."""
