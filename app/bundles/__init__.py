"""Bundles, the JSON files of whole bases: read, checked, loaded, written, verified."""
