"""How is a question answered? Plain functions from a session and a query to read schemas."""
