"""Sends the same bytes to everybody: what a server under uvicorn could do at most."""

import json
import os
from typing import Any

with open(os.environ["BENCH_ANSWER"], encoding="latin-1") as file:
    _answer = json.load(file)
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in _answer["headers"]
    ],
}
BODY = {"type": "http.response.body", "body": _answer["body"].encode("latin-1")}


async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send(START)
        await send(BODY)
