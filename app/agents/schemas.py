"""JSON Schemas of arguments, as short as clients need them: every agent reads them all."""

from functools import cache
from typing import Any

from pydantic import BaseModel

Json = dict[str, Any]

# Names for people; defaults, which the descriptions give where they matter; and lengths that no
# agent comes near.
_LEFT_OUT = ("title", "default", "examples", "maxLength", "minLength")


@cache
def input_schema(model: type[BaseModel]) -> Json:
    """The schema of the arguments, without references, titles and nulls."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    schema.pop("description", None)
    simplified: Json = _simplify(schema, definitions)
    return simplified


def _simplify(schema: Any, definitions: Json) -> Any:
    if isinstance(schema, list):
        return [_simplify(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        target = dict(definitions[name])
        target.pop("description", None)
        return _simplify(target, definitions)
    schema = _without_null(schema)
    simplified = {}
    for name, value in schema.items():
        if name == "properties":
            properties = {}
            for property_name, property_schema in value.items():
                properties[property_name] = _simplify(property_schema, definitions)
            simplified[name] = properties
        elif name not in _LEFT_OUT:
            simplified[name] = _simplify(value, definitions)
    return simplified


def _without_null(schema: Json) -> Json:
    """The schema of a value, without the alternative null: an argument is left out instead."""
    alternatives = schema.get("anyOf")
    if alternatives is None:
        return schema
    others = [item for item in alternatives if item != {"type": "null"}]
    if len(others) != 1:
        return schema
    merged = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**others[0], **merged}
