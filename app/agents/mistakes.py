"""Mistakes in arguments, as sentences that an agent can act on."""

from pydantic import BaseModel, ValidationError

from app.errors import InvalidRequest, ProblemItem
from app.schemas.validation_messages import describe_error

MAX_PROBLEMS = 5
# Filters and arguments that have another name in the queries of lists.
_ARGUMENT_NAMES = {"q": "query"}


def invalid_arguments(error: ValidationError, model: type[BaseModel]) -> InvalidRequest:
    """The error of arguments that do not fit the model."""
    problems = []
    for item in error.errors()[:MAX_PROBLEMS]:
        names = [str(part) for part in item["loc"]]
        if names:
            names[0] = _ARGUMENT_NAMES.get(names[0], names[0])
        name = "/".join(names)
        allowed = [_ARGUMENT_NAMES.get(field, field) for field in model.model_fields]
        message = describe_error(item, allowed)
        separator = "" if message.startswith(("is ", "has ")) else ":"
        detail = f"Argument {name!r}{separator} {message}"
        problems.append(ProblemItem(detail, parameter=name))
    return InvalidRequest.of(problems)
