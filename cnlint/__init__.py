"""cnlint reads a repository, joins its files into one model of the running system, and says what breaks it."""

__version__ = "0.1.0"
