"""Tree to facts, and changes to edits; one module a platform, the only place that knows its keys."""
