"""III. Config: store it in the environment."""
