"""Resilience: expect failure."""
