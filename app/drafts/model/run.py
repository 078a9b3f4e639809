"""Asks a language model about a document, within bounds, and merges what it points at."""

import hashlib
import importlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from app.drafts.claims import Claims
from app.drafts.model.answers import (
    Answer,
    Suggestion,
    read_completion,
    read_suggestions,
)
from app.drafts.model.cache import Answers, StoredAnswer
from app.drafts.model.estimate import Bounds, Estimate, estimate_run
from app.drafts.model.merging import Merged, merge_claims
from app.drafts.model.placement import Drop, PlacedClaim, Placer
from app.drafts.model.prompts import Prompt, count_tokens, write_prompts
from app.drafts.source import Source
from app.errors import ModelFailed
from app.progress import follow
from app.settings import Settings


@dataclass(frozen=True)
class ModelOptions:
    """Which model is asked, where, and the bounds of a run. Without `url`, only answers that are
    stored are used."""

    name: str
    url: str | None
    key: str | None = field(repr=False)
    max_tokens: int
    max_answer_tokens: int
    max_requests: int
    max_seconds: int

    @property
    def bounds(self) -> Bounds:
        """What an estimate needs of these."""
        return Bounds(
            self.name,
            self.url,
            self.max_tokens,
            self.max_answer_tokens,
            self.max_requests,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> "ModelOptions":
        """Raises ModelFailed if the settings name no model."""
        if settings.model_name is None:
            raise ModelFailed(
                "No language model is named. Set COMMUNIQUE_MODEL_URL and COMMUNIQUE_MODEL_NAME."
            )
        key = None
        if settings.model_key is not None:
            key = settings.model_key.get_secret_value()
        return cls(
            settings.model_name,
            settings.model_url,
            key,
            settings.model_max_tokens,
            settings.model_max_answer_tokens,
            settings.model_max_requests,
            settings.model_max_seconds,
        )


class Asker(Protocol):
    """What is asked: `endpoint.Endpoint`."""

    def ask(self, content: bytes) -> bytes: ...


@dataclass(frozen=True)
class Exchange:
    """A request with its answer, and the claims that the answer has."""

    prompt: Prompt
    stored: StoredAnswer
    suggestions: list[Suggestion]
    is_repeated: bool

    @property
    def prompt_tokens(self) -> int:
        """As the server counts them, or about so many."""
        return _or_count(self.stored.answer.prompt_tokens, self.prompt.content)

    @property
    def answer_tokens(self) -> int:
        """As the server counts them, or about so many."""
        answer = self.stored.answer
        return _or_count(answer.answer_tokens, answer.content.encode(errors="replace"))


def _or_count(tokens: int | None, content: bytes) -> int:
    return tokens if tokens is not None else count_tokens(content)


@dataclass(frozen=True)
class Run:
    """What was asked and answered, what was dropped, and how often the model agreed with the
    rules."""

    model: str
    text_sha256: str
    exchanges: list[Exchange]
    drops: list[Drop]
    counts: dict[str, int]

    def save(self) -> dict[str, Any]:
        """The run as its file has it. Prompts and answers are in the files of the cache, by the
        digest of the request."""
        requests = []
        for exchange in self.exchanges:
            content = exchange.stored.answer.content
            requests.append(
                {
                    "sha256": exchange.prompt.digest,
                    "first_block": exchange.prompt.first,
                    "last_block": exchange.prompt.last,
                    "answer_sha256": hashlib.sha256(content.encode()).hexdigest(),
                    "prompt_tokens": exchange.prompt_tokens,
                    "answer_tokens": exchange.answer_tokens,
                    "seconds": exchange.stored.seconds,
                    "is_repeated": exchange.is_repeated,
                    "claims": len(exchange.suggestions),
                }
            )
        return {
            "model": self.model,
            "text_sha256": self.text_sha256,
            "requests": requests,
            "counts": self.counts,
            "drops": [asdict(drop) for drop in self.drops],
        }

    def count_drops(self) -> Counter[tuple[str, str]]:
        """How often each member of a claim was dropped, and whether it was ambiguous."""
        counts: Counter[tuple[str, str]] = Counter()
        for drop in self.drops:
            counts[drop.member, drop.reason.partition(":")[0]] += 1
        return counts


class _Budget:
    """Tokens and requests that a run may still use."""

    def __init__(self, options: ModelOptions) -> None:
        self._options = options
        self._tokens = 0
        self._requests = 0

    def count_request(self) -> None:
        """Raise ModelFailed if there were as many requests as there may be."""
        self._requests += 1
        if self._requests > self._options.max_requests:
            raise ModelFailed(
                f"The model was asked {self._options.max_requests} times, which is "
                "COMMUNIQUE_MODEL_MAX_REQUESTS."
            )

    def reserve(self, prompt: Prompt) -> None:
        """Raise ModelFailed if a request and the longest answer could exceed the tokens."""
        needed = self._tokens + prompt.tokens + self._options.max_answer_tokens
        if needed > self._options.max_tokens:
            raise ModelFailed(
                f"After {self._tokens:,} tokens, the next request could exceed the "
                f"{self._options.max_tokens:,} of COMMUNIQUE_MODEL_MAX_TOKENS."
            )

    def count_tokens(self, exchange: Exchange) -> None:
        """Take the tokens of an answer."""
        self._tokens += exchange.prompt_tokens + exchange.answer_tokens


class ModelReader:
    """Adds to the claims of the rules what a model points at; its `extend` goes to
    `draft_document`.

    `labels` are those of the focus areas of the base. `announce` is called with the estimate before
    anything is asked."""

    def __init__(
        self,
        options: ModelOptions,
        labels: Sequence[str],
        answers: Answers,
        announce: Callable[[str], None],
    ) -> None:
        self._options = options
        self._labels = labels
        self._cache = answers
        self._announce = announce
        self._budget = _Budget(options)
        self._asker: Asker | None = None
        self.run: Run | None = None

    def extend(self, source: Source, claims: Claims) -> Claims:
        """The claims with those of the model. Raises ModelFailed, and then there is no run."""
        options = self._options
        prompts, stored = self._prepare(source)
        estimate = estimate_run(options.bounds, prompts, stored)
        self._announce(estimate.describe())
        if estimate.refusal is not None:
            raise ModelFailed(estimate.refusal)
        exchanges = []
        for number, prompt in enumerate(follow(prompts, "Asking the model", len(prompts)), 1):
            place = f"The model's answer {number} of {len(prompts)}"
            exchanges.append(self._exchange(prompt, stored.get(prompt.digest), place))
        merged, drops = self._merge(source, claims, exchanges)
        self.run = Run(options.name, source.file.sha256, exchanges, drops, merged.counts)
        return merged.claims

    def estimate(self, source: Source) -> Estimate:
        """What `extend` will need. Nothing is asked."""
        prompts, stored = self._prepare(source)
        return estimate_run(self._options.bounds, prompts, stored)

    def _prepare(self, source: Source) -> tuple[list[Prompt], dict[str, StoredAnswer]]:
        """The requests, and the stored answers by the digest of the request."""
        options = self._options
        prompts = write_prompts(source, self._labels, options.name, options.max_answer_tokens)
        stored = {}
        for prompt in prompts:
            answer = self._cache.load(prompt)
            if answer is not None:
                stored[prompt.digest] = answer
        return prompts, stored

    def _exchange(
        self,
        prompt: Prompt,
        stored: StoredAnswer | None,
        place: str,
    ) -> Exchange:
        if stored is not None:
            suggestions = read_suggestions(stored.answer, place)
            return Exchange(prompt, stored, suggestions, is_repeated=True)
        self._budget.reserve(prompt)
        started = time.monotonic()
        received = self._connect().ask(prompt.content)
        seconds = round(time.monotonic() - started, 3)
        answer: Answer = read_completion(received, place)
        # Read before it is stored: an answer that cannot be used would be repeated for ever.
        suggestions = read_suggestions(answer, place)
        new = StoredAnswer(request=prompt.body, answer=answer, seconds=seconds)
        self._cache.store(prompt, new)
        exchange = Exchange(prompt, new, suggestions, is_repeated=False)
        self._budget.count_tokens(exchange)
        return exchange

    def _connect(self) -> Asker:
        if self._asker is None:
            try:
                # Imported when it is needed: httpx is an extra.
                module = importlib.import_module("app.drafts.model.endpoint")
            except ModuleNotFoundError as error:
                raise ModelFailed(
                    f"A language model needs {error.name}: pip install 'communique[model]'."
                ) from None
            asker: Asker = module.Endpoint(
                self._options.url,
                self._options.key,
                self._options.max_seconds,
                self._budget.count_request,
            )
            self._asker = asker
        return self._asker

    def _merge(
        self,
        source: Source,
        claims: Claims,
        exchanges: list[Exchange],
    ) -> tuple[Merged, list[Drop]]:
        placer = Placer(source)
        placed: list[PlacedClaim] = []
        for exchange in exchanges:
            placed += placer.place_all(exchange.prompt, exchange.suggestions)
        merged = merge_claims(source, claims, placed, self._options.name)
        return merged, placer.drops
