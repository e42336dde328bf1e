"""`make up` and `make down`: Airflow and MLflow on one machine, on loopback, for trying the DAGs out. Standard library only."""
