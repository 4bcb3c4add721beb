"""Findings to one format a module; pure functions."""
