"""XI. Logs: treat them as event streams."""
