"""A language model made up for tests: a server on loopback that answers as it was told."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Response:
    """What the server sends: `pieces` of a body, each after `delay` seconds."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    repeats: int = 1


@dataclass
class StubModel:
    """The server: its responses in order, the last again and again, and the requests it got."""

    url: str
    responses: list[Response]
    requests: list[tuple[Mapping[str, str], Json]] = field(default_factory=list)

    @property
    def blocks(self) -> list[Json]:
        """The blocks of all requests."""
        shown = []
        for _, body in self.requests:
            material = json.loads(body["messages"][1]["content"])
            shown += material["blocks"]
        return shown


def complete(
    content: str | None,
    finish_reason: str | None = "stop",
    **members: Any,
) -> Response:
    """A chat completion with this text."""
    choice = {"message": {"role": "assistant", "content": content}}
    usage = {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100}
    completion = {
        "choices": [{**choice, "index": 0, "finish_reason": finish_reason}],
        "usage": usage,
        **members,
    }
    return Response(json.dumps(completion).encode())


def complete_claims(*claims: Json) -> Response:
    """A chat completion with these claims, as a model answers."""
    return complete(json.dumps({"claims": claims}))


@contextmanager
def answering(*responses: Response) -> Iterator[StubModel]:
    """A server that gives these responses, in order."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append((dict(self.headers), body))
            number = min(len(model.requests), len(model.responses)) - 1
            self._send(model.responses[number])

        def _send(self, response: Response) -> None:
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for _ in range(response.repeats):
                    time.sleep(response.delay)
                    self.wfile.write(response.body)
                    self.wfile.flush()
            except OSError:
                # The client has heard enough.
                return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model = StubModel(f"http://127.0.0.1:{server.server_port}/v1", list(responses))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
