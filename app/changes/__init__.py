"""The one write path: requests are parsed, validated, applied and logged as one revision."""
