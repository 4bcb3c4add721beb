"""II. Dependencies: explicitly declare and isolate them."""
