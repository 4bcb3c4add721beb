"""XII. Admin processes: run them as one-off processes."""
