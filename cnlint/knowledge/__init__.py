"""Tables and predicates about the world outside, each row with its source."""
