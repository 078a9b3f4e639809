"""What both clients need of httpx."""

from typing import Any

import httpx

from communique_client.exchange import Attempt, Lost, Policy
from communique_client.messages import Response

DEFAULT_POLICY = Policy()
# Servers end their streams when they stop, and when their base is restored.
ENDED = Lost("The stream ended.")


def write_arguments(attempt: Attempt) -> dict[str, Any]:
    """What httpx needs to send the attempt."""
    request = attempt.request
    arguments: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "content": request.content,
        # A focus area named by a label. httpx takes the key to no other server.
        "follow_redirects": True,
    }
    if attempt.silence_seconds is not None:
        arguments["timeout"] = attempt.silence_seconds
    return arguments


def read_response(response: httpx.Response) -> Response:
    """The response as a value; its body has been read."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, headers, response.content)


def lose(error: httpx.RequestError) -> Lost:
    """The outcome of a request that failed."""
    return Lost(str(error) or type(error).__name__)
