"""What a language model answers: a chat completion, and the claims in it.

The form is checked here, completely or not at all. Whether the words stand in the document is
checked in `app/drafts/model/placement.py`."""

import re
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import ModelFailed

# An answer to one request quotes a few pages.
MAX_CLAIMS = 2_000
_SHOWN_CHARACTERS = 80
# Some models put JSON into a block of Markdown, whatever they are told.
_FENCED = re.compile(r"```(?:json)?\s*\n(?P<json>.*)\n\s*```", re.DOTALL)

Tokens = Annotated[int, Field(ge=0)]
Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    """Members that are not named here are ignored; those that are have their types."""

    model_config = ConfigDict(strict=True, frozen=True)


class Suggestion(_Strict):
    """A claim as a model gives it. Every text is a quote; nothing of it has been checked."""

    block: int
    quote: str
    type: str
    modality: str
    cue: str
    wording: str | None = None
    focus: str | None = None


class _Answer(_Strict):
    claims: Annotated[list[Suggestion], Field(max_length=MAX_CLAIMS)]


class _Message(_Strict):
    content: str | None = None


class _Choice(_Strict):
    message: _Message
    finish_reason: str | None = None


class _Usage(_Strict):
    prompt_tokens: Tokens
    completion_tokens: Tokens


class _Completion(_Strict):
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: _Usage | None = None


class Answer(_Strict):
    """The text of a chat completion. Tokens are None where the server does not count them."""

    content: str
    prompt_tokens: Tokens | None = None
    answer_tokens: Tokens | None = None


def read_completion(received: bytes, place: str) -> Answer:
    """The text of a chat completion. `place` says which one, for the message of an error.

    Raises ModelFailed if it is none, or was cut off."""
    completion = _parse(_Completion, received, f"{place} is not a chat completion")
    choice = completion.choices[0]
    if choice.finish_reason == "length":
        raise ModelFailed(
            f"{place} was cut off. Raise COMMUNIQUE_MODEL_MAX_ANSWER_TOKENS, as far as the model "
            "allows."
        )
    if not choice.message.content:
        raise ModelFailed(f"{place} has no text (finish_reason {choice.finish_reason!r}).")
    if choice.finish_reason not in ("stop", None):
        raise ModelFailed(f"{place} is not complete: finish_reason {choice.finish_reason!r}.")
    usage = completion.usage
    if usage is None:
        return Answer(content=choice.message.content)
    return Answer(
        content=choice.message.content,
        prompt_tokens=usage.prompt_tokens,
        answer_tokens=usage.completion_tokens,
    )


def read_suggestions(answer: Answer, place: str) -> list[Suggestion]:
    """The claims in an answer. Raises ModelFailed if it is not JSON of the form that was asked."""
    content = answer.content.strip()
    fenced = _FENCED.fullmatch(content)
    if fenced is not None:
        content = fenced["json"]
    received = content.encode(errors="surrogatepass")
    return _parse(_Answer, received, f"{place} is not the JSON that was asked for").claims


def _parse(model: type[Model], received: bytes, complaint: str) -> Model:
    try:
        return model.model_validate_json(received)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
    pointer = "".join(f"/{part}" for part in problem["loc"])
    reason = f"{pointer}: {problem['msg']}" if pointer else problem["msg"]
    raise ModelFailed(f"{complaint} ({reason}). It begins {quote_start(received)}.")


def quote_start(received: bytes) -> str:
    """The first characters of what was received, on one line."""
    text = received[: 4 * _SHOWN_CHARACTERS].decode(errors="replace")
    return repr(" ".join(text.split())[:_SHOWN_CHARACTERS])
