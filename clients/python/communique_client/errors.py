"""The errors that have no code of the API, and the root of those that have one.

CommuniqueError
├── Unreachable           no complete response has arrived, whatever was tried
├── UnexpectedResponse    the response is not that of a Communiqué server
└── Problem               the server refused the request; `problems` has one class for each code

A code that this version of the client does not know is a plain `Problem`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from communique_client.messages import Response, read_retry_after

if TYPE_CHECKING:
    from communique_client.types import ProblemItem

# Of a response that is no problem, an error shows so many characters.
MAX_SHOWN_CHARACTERS = 200


class CommuniqueError(Exception):
    """The root of all errors of the client."""


class Unreachable(CommuniqueError):
    """No complete response has arrived. A write may have been executed nevertheless: send it again
    with the same `idempotency_key` to know, and it is executed once."""

    def __init__(self, request: str, reason: str, idempotency_key: str | None) -> None:
        super().__init__(f"{request}: {reason}")
        self.idempotency_key = idempotency_key


class UnexpectedResponse(CommuniqueError):
    """The response is not that of a Communiqué server, but of a proxy or of another server."""

    def __init__(self, request: str, response: Response) -> None:
        text = response.content[: 4 * MAX_SHOWN_CHARACTERS].decode("utf-8", "replace")
        excerpt = text[:MAX_SHOWN_CHARACTERS]
        super().__init__(
            f"{request}: {response.status} is not the response of a Communiqué server: "
            f"{excerpt!r}. Check the address, and the proxies before it."
        )
        self.status = response.status


class Problem(CommuniqueError):
    """The server refused the request. `str()` names what is wrong and what to do next."""

    code = ""

    def __init_subclass__(cls) -> None:
        KINDS[cls.code] = cls

    def __init__(
        self, request: str, document: dict[str, Any], retry_after_seconds: float = 0.0
    ) -> None:
        """`document` is a problem (RFC 9457); its members may be missing."""
        self.status: int = document.get("status", 0)
        self.title: str = document.get("title", "")
        self.detail: str = document.get("detail", "")
        self.code = document.get("code", "")
        self.errors: list[ProblemItem] = document.get("errors", [])
        # When the server wants the request again; 0 where it does not say.
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{request}: {self.status} {self.code}. {self.detail}")

    @property
    def version(self) -> int | None:
        """The version that the record has, if another was expected; else None."""
        return self.errors[0].get("version") if self.errors else None


# The classes of `problems`, by their code.
KINDS: dict[str, type[Problem]] = {}


def read_problem(request: str, response: Response) -> CommuniqueError:
    """The error of a response that is no success, by its `code`."""
    try:
        document = json.loads(response.content)
    except ValueError:
        return UnexpectedResponse(request, response)
    if not isinstance(document, dict) or "code" not in document:
        return UnexpectedResponse(request, response)
    kind = KINDS.get(document["code"], Problem)
    return kind(request, document, read_retry_after(response.headers))
