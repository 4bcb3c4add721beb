"""VI. Processes: execute the app as stateless processes."""
