"""A client of Communiqué: policy documents as cited, time-aware records."""

from communique_client import problems, types
from communique_client.async_client import AsyncClient
from communique_client.changes import Changed, Current
from communique_client.client import Client
from communique_client.errors import (
    CommuniqueError,
    Problem,
    UnexpectedResponse,
    Unreachable,
)
from communique_client.exchange import Policy
from communique_client.frames import frame
from communique_client.messages import etag_of

__all__ = [
    "AsyncClient",
    "Changed",
    "Client",
    "CommuniqueError",
    "Current",
    "Policy",
    "Problem",
    "UnexpectedResponse",
    "Unreachable",
    "etag_of",
    "frame",
    "problems",
    "types",
]
