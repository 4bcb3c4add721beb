"""Text to positioned tree; one module a language; knows no platform."""
