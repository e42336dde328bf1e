"""The published national rule points (两库), read into typed rule rows where their text decides the parameters."""
