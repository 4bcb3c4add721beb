"""The vocabulary: plain, immutable, serialisable records; no parsing, no I/O."""
