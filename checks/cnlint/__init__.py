"""What cnlint says of its own work: what it could not read, and what it was told in vain."""
