"""The log of revisions: the change feed, the history of records, and the base as it was."""
