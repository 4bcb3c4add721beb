"""IX. Disposability: fast start and graceful shutdown."""
