"""What several test modules share: bases, servers, clients and fictional records."""
