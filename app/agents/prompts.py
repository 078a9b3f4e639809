"""The one prompt: answer a question so that every sentence can be checked."""

from collections.abc import Mapping

from app.errors import InvalidRequest

NAME = "cited_answer"
TITLE = "Answer with checked quotes"
DESCRIPTION = "Answer a question from the base, with quotes that `check` has passed."

_PROMPT = """\
Answer this question from the base alone: {question}
{scope}
1. Call `describe`, then `search` and `fetch`.
2. For each claim give its record id, its modality, the document's words for its time, and a \
verbatim quote. Do not say that something happens or will happen where it is only recommended.
3. Send all quotes to `check`, with `record` and `said_as`. Correct or drop what does not pass.
4. Say what the base does not tell."""


def write_prompt(arguments: Mapping[str, str]) -> str:
    """The text of the prompt. Raises InvalidRequest without a question."""
    question = arguments.get("question", "").strip()
    if not question:
        raise InvalidRequest.at("Argument 'question' is required.", parameter="question")
    focus_area = arguments.get("focus_area", "").strip()
    scope = f"Only claims about the focus area {focus_area!r}.\n" if focus_area else ""
    return _PROMPT.format(question=question, scope=scope)
