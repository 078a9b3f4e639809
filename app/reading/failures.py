"""Why a file cannot be read. Without pydantic, so that the process that reads starts quickly."""


class CannotRead(Exception):
    """The file cannot be read; the message says why, as a sentence without its subject."""
