"""What every edge needs of HTTP: cache, sessions, problems, formats, preconditions, bodies."""
