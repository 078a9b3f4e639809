"""What a run of a language model will need, before anything is asked."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from app.drafts.model.prompts import Prompt, name_host


@dataclass(frozen=True)
class Estimate:
    """Requests and tokens of a run. `answered` requests are stored with their answers and are not
    sent; `tokens` are about those of the others, `most_tokens` with the longest answers. `refusal`
    is why the run would not begin."""

    model: str
    url: str | None
    requests: int
    answered: int
    tokens: int
    most_tokens: int
    refusal: str | None

    def describe(self) -> str:
        """The estimate as a sentence."""
        place = f" at {name_host(self.url)}" if self.url is not None else ""
        return (
            f"Model {self.model}{place}: {self.requests} requests, {self.answered} answered "
            f"before; about {self.tokens:,} tokens to send, at most {self.most_tokens:,} with the "
            "answers."
        )


@dataclass(frozen=True)
class Bounds:
    """Which model a run asks, and what it may use. Without `url`, only stored answers are used."""

    model: str
    url: str | None
    max_tokens: int
    max_answer_tokens: int
    max_requests: int


def estimate_run(
    bounds: Bounds,
    prompts: Sequence[Prompt],
    stored: Container[str],
) -> Estimate:
    """What the prompts need; `stored` are the digests of those that have an answer."""
    open_prompts = [prompt for prompt in prompts if prompt.digest not in stored]
    tokens = sum(prompt.tokens for prompt in open_prompts)
    return Estimate(
        bounds.model,
        bounds.url,
        requests=len(prompts),
        answered=len(prompts) - len(open_prompts),
        tokens=tokens,
        most_tokens=tokens + len(open_prompts) * bounds.max_answer_tokens,
        refusal=_find_refusal(bounds, len(prompts), len(open_prompts), tokens),
    )


def _find_refusal(
    bounds: Bounds,
    requests: int,
    open_requests: int,
    tokens: int,
) -> str | None:
    if open_requests and bounds.url is None:
        return (
            f"{open_requests} of {requests} requests have no stored answer. Set "
            "COMMUNIQUE_MODEL_URL to ask the model."
        )
    if open_requests > bounds.max_requests:
        return (
            f"The document needs {open_requests} requests, and "
            f"COMMUNIQUE_MODEL_MAX_REQUESTS allows {bounds.max_requests}. Nothing was asked."
        )
    if tokens > bounds.max_tokens:
        return (
            f"The document needs about {tokens:,} tokens, and COMMUNIQUE_MODEL_MAX_TOKENS "
            f"allows {bounds.max_tokens:,}. Nothing was asked."
        )
    return None
