"""A unit's files to its tree: merged, interpolated, instantiated; one module a format that needs it."""
