"""What was joined, as reports show it: `drawing` makes a graph of the model, the other modules write it in one format each."""
