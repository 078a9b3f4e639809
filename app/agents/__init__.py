"""Tools for agents, as the Model Context Protocol has them: read-only, and with checked quotes."""
