"""Service ownership: a service owns its data."""
