"""How are the records of a list found? The chosen condition, the statements, and their cache."""
