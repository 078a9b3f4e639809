"""Text and outline of a file: one text, and blocks with their positions in it."""
