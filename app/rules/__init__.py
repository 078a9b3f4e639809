"""Which records may stand in a base? Pure: changes in, problems out, no session and no file."""
