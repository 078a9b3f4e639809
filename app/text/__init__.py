"""Words, labels and quotes in a text; pure."""
