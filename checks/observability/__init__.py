"""Observability: metrics, traces and logs can be collected."""
