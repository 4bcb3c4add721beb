"""The checks, a module each; the folder is the topic."""
