"""Facts to systems, components and processes."""
