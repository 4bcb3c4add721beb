"""V. Build, release, run: keep the stages apart."""
