"""Immutable infrastructure: declared, reproducible, never patched in place."""
