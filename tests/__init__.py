"""The tests of cnlint."""
