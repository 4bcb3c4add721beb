"""IV. Backing services: treat them as attached resources."""
