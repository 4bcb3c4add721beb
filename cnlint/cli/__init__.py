"""The only place that prints and that ends the process."""
