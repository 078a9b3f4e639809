"""The base as it was: which base `as_of` means, and historical bases built from the log."""
