"""Drafts on the server: stored beside the base, decided on, and published as a change list."""
