"""How is a base kept? Engine, sessions, tables, full-text index and revisions, on both engines."""
