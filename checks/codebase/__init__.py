"""I. Codebase: one codebase tracked in revision control, many deploys."""
