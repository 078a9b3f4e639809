"""What every edge needs of HTTP: cache, sessions, problems, negotiation, preconditions, bodies."""
