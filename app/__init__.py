"""Communiqué: policy documents as a typed, cited, time-aware knowledge base over REST."""
