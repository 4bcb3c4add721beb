"""VII. Port binding: export services by it."""
