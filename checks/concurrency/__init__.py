"""VIII. Concurrency: scale out by the process model."""
