"""The OpenAPI document with its references followed."""

from collections.abc import Iterator
from typing import Any


def iterate_operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Each operation as path, method and its object, with its parameters and responses written
    out."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parameters = [follow(document, one) for one in operation.get("parameters", ())]
            responses = {}
            for status, response in operation["responses"].items():
                responses[status] = follow(document, response)
            yield (
                path,
                method,
                {**operation, "parameters": parameters, "responses": responses},
            )


def follow(document: Any, node: Any) -> Any:
    """What the node refers to, or the node itself."""
    while "$ref" in node:
        target = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node
