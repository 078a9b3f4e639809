"""Sends the same bytes for every request: the most that a server under uvicorn could do."""

import json
import os
from typing import Any

with open(os.environ["BENCH_RESPONSE"], encoding="latin-1") as file:
    _response = json.load(file)
START: dict[str, Any] = {
    "type": "http.response.start",
    "status": 200,
    "headers": [],
}
for _name, _value in _response["headers"]:
    header = (_name.encode("latin-1"), _value.encode("latin-1"))
    START["headers"].append(header)
BODY = {
    "type": "http.response.body",
    "body": _response["body"].encode("latin-1"),
}


async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send(START)
        await send(BODY)
