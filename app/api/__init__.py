"""How is the base served over HTTP? Endpoints, and what every answer has in common."""
