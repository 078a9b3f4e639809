"""Makes the OpenAPI document short: what several operations have is a component, stated once."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from app import vocabulary
from app.http.problems import RESPONSE_NAME
from app.schemas import fields, record_types, write

Node = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"
# Keys whose values are data, not schemas.
_DATA = ("default", "examples", "enum", "const")
_EXPLANATIONS = ("description", "examples")
_EMPTY: tuple[Any, ...] = (None, [], {})
# The types that have a name of their own in the document, and so in generated clients.
_NAMED_TYPES: dict[str, Any] = {
    "Collection": record_types.Collection,
    "Derived": fields.Derived,
    "DraftFormat": vocabulary.DraftFormat,
    "EndKind": fields.EndKind,
    "Identifiers": write.Identifiers,
    "Instant": fields.Instant,
    "Kind": fields.Kind,
    "Modality": fields.Modality,
    "Operation": vocabulary.Operation,
    "Precision": fields.Precision,
    "ProposalOrigin": vocabulary.ProposalOrigin,
    "ProposalState": vocabulary.ProposalState,
    "RecordType": record_types.RecordType,
    "Slug": fields.Slug,
    "StartKind": fields.StartKind,
    "Voice": fields.Voice,
}


def remove_redundancy(document: Node) -> None:
    """Remove titles that repeat names, descriptions within others, and defaults that say nothing.

    Generators of types take a field with a default for one that every body has, so a field of a
    body keeps none: without it, the value is null or empty."""
    for node in _iterate_objects([document["components"]["schemas"], document["paths"]]):
        if isinstance(node.get("title"), str):
            del node["title"]
        if node.get("default", 0) in _EMPTY:
            del node["default"]
        _move_description(node)
    for schema in document["components"]["schemas"].values():
        for property_ in schema.get("properties", {}).values():
            property_.pop("default", None)


def _move_description(schema: Node) -> None:
    """Move the description of the items of a list, or of a value that may be null, to the schema
    itself, if it has none. Generators show it only there."""
    inner = schema["items"] if schema.get("type") == "array" else None
    alternatives = schema.get("anyOf", ())
    if len(alternatives) == 2 and alternatives[1] == {"type": "null"}:
        inner = alternatives[0]
    if inner is None:
        return
    description = inner.pop("description", None)
    examples = inner.pop("examples", None)
    if description is not None:
        schema.setdefault("description", description)
    if examples is not None and "anyOf" in schema and "enum" not in inner:
        schema.setdefault("examples", examples)


def name_types(document: Node) -> None:
    """Make the named types components, and refer to them."""
    named: Node = {}
    names: dict[str, str] = {}
    for name, type_ in _NAMED_TYPES.items():
        schema = TypeAdapter(type_).json_schema(ref_template=REFERENCE)
        # The models in it are components already.
        schema.pop("$defs", None)
        named[name] = schema
        names[_canonical_type(schema)] = name
    for node in _iterate_objects(document):
        name_found = names.get(_canonical_type(node)) if "type" in node else None
        if name_found is not None:
            _replace_by_reference(node, name_found, named)
    document["components"]["schemas"] |= named


def _canonical_type(schema: Node) -> str:
    """What the schema admits, as text: without what only explains it."""
    constraints = {key: value for key, value in schema.items() if key not in _EXPLANATIONS}
    return json.dumps(constraints, sort_keys=True)


def _replace_by_reference(schema: Node, name: str, named: Node) -> None:
    """Leave of a schema the reference, and its description if that is its own."""
    description = schema.get("description")
    schema.clear()
    schema["$ref"] = REFERENCE.format(model=name)
    if description not in (None, named[name].get("description")):
        schema["description"] = description


def shorten_patches(document: Node) -> None:
    """Remove the descriptions of the fields of patches: those of the record say the same."""
    for name, schema in document["components"]["schemas"].items():
        if not name.endswith("Patch"):
            continue
        for node in _iterate_objects(list(schema["properties"].values())):
            for key in _EXPLANATIONS:
                node.pop(key, None)


def _iterate_objects(node: Any) -> Iterator[Node]:
    if isinstance(node, list):
        for child in node:
            yield from _iterate_objects(child)
    elif isinstance(node, dict):
        yield node
        for key, child in node.items():
            if key not in _DATA:
                yield from _iterate_objects(child)


def share_components(document: Node) -> None:
    """Replace parameters that several operations have, and errors, by references."""
    operations: list[Node] = []
    for methods in document["paths"].values():
        operations += methods.values()
    document["components"]["parameters"] = _share_parameters(operations)
    document["components"]["responses"] = _share_errors(operations)


def _share_parameters(operations: list[Node]) -> Node:
    """The shared parameters by name. Of several with one name, it is the most frequent; the others
    stay where they are."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for operation in operations:
        for parameter in operation.get("parameters", ()):
            counts[_parameter_name(parameter)][json.dumps(parameter)] += 1
    shared: Node = {}
    for name in sorted(counts):
        text, count = counts[name].most_common(1)[0]
        if count > 1:
            shared[name] = json.loads(text)
    for operation in operations:
        if "parameters" in operation:
            operation["parameters"] = [
                _refer_to(shared, parameter) for parameter in operation["parameters"]
            ]
    return shared


def _parameter_name(parameter: Node) -> str:
    """The name of the component: `slug` of a query, `path_slug` of a path."""
    name: str = parameter["name"]
    return f"path_{name}" if parameter["in"] == "path" else name


def _refer_to(shared: Node, parameter: Node) -> Node:
    name = _parameter_name(parameter)
    if shared.get(name) == parameter:
        return {"$ref": f"#/components/parameters/{name}"}
    return parameter


def _share_errors(operations: list[Node]) -> Node:
    """The errors by the names of their classes."""
    shared: Node = {}
    for operation in operations:
        responses: Node = operation["responses"]
        for status, response in responses.items():
            name = response.pop(RESPONSE_NAME, None)
            if name is not None:
                shared[name] = response
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(shared.items()))
