"""JSON on one line, whatever a client takes for the end of a line."""

# NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR in UTF-8. JSON may have them in strings (RFC 8259 §7),
# but `str.splitlines` and several HTTP clients end a line there.
_SEPARATORS = (
    (b"\xc2\x85", b"\\u0085"),
    (b"\xe2\x80\xa8", b"\\u2028"),
    (b"\xe2\x80\xa9", b"\\u2029"),
)


def escape_line_separators(content: bytes) -> bytes:
    """JSON in UTF-8, or lines of it, with the line separators of Unicode escaped. All others are
    escaped in any JSON."""
    for separator, escape in _SEPARATORS:
        content = content.replace(separator, escape)
    return content
