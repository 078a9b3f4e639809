"""Answers of a language model, so that a run can be repeated without a network: in a folder, one
file for each request, or in memory.

An answer is named by the SHA-256 of its request, which is everything that the model was sent.
Another text, label, model or instruction is another request."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from app.bundles.files import write_file
from app.drafts.model.answers import Answer
from app.drafts.model.prompts import Prompt
from app.errors import ModelFailed


class StoredAnswer(BaseModel):
    """The content of a file: what was asked and answered, and how long that took."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    request: dict[str, Any]
    answer: Answer
    seconds: float


class Answers(Protocol):
    """Where answers are kept: in a folder, or in memory."""

    def load(self, prompt: Prompt) -> StoredAnswer | None: ...

    def store(self, prompt: Prompt, stored: StoredAnswer) -> None: ...


class AnswersInMemory:
    """Answers by the SHA-256 of their requests, for a caller that keeps them: `stored` has those
    of earlier runs, as JSON, and all that were given since."""

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        self.stored: dict[str, Any] = dict(stored or {})

    def load(self, prompt: Prompt) -> StoredAnswer | None:
        """The answer to this request, if it was asked before."""
        content = self.stored.get(prompt.digest)
        return StoredAnswer.model_validate(content) if content is not None else None

    def store(self, prompt: Prompt, stored: StoredAnswer) -> None:
        """Keep an answer."""
        self.stored[prompt.digest] = stored.model_dump(mode="json")


class AnswerFolder:
    """The answers in a folder, which is made for the first of them. Without a folder, none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def _name_file(self, folder: Path, prompt: Prompt) -> Path:
        return folder / f"{prompt.digest}.json"

    def load(self, prompt: Prompt) -> StoredAnswer | None:
        """The answer to this request, if it was asked before. Raises ModelFailed for a file that
        is damaged or has the answer to another request."""
        if self._folder is None:
            return None
        file = self._name_file(self._folder, prompt)
        try:
            stored = StoredAnswer.model_validate_json(file.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ModelFailed(f"{file} cannot be read: {error.strerror}.") from None
        except ValidationError:
            raise ModelFailed(
                f"{file} is damaged. Delete it, and the model is asked again."
            ) from None
        if stored.request != prompt.body:
            raise ModelFailed(
                f"{file} has the answer to another request than its name says. Delete it, and the "
                "model is asked again."
            )
        return stored

    def store(self, prompt: Prompt, stored: StoredAnswer) -> None:
        """Keep an answer. Raises CannotStart if it cannot be written."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelFailed(f"{self._folder} cannot be made: {error.strerror}.") from None
        content = json.dumps(stored.model_dump(), indent=1, ensure_ascii=False) + "\n"
        write_file(self._name_file(self._folder, prompt), [content])
