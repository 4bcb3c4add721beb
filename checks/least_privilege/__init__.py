"""Least privilege: no more rights than needed."""
