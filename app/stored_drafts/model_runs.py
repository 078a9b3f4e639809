"""The run of a language model over the text of a draft: how it is asked, and what is kept of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.drafts.claims import Claims
from app.drafts.model.cache import AnswersInMemory
from app.drafts.model.estimate import Estimate
from app.drafts.model.run import ModelOptions, ModelReader
from app.drafts.proposals import Flag
from app.drafts.source import Source
from app.errors import InvalidRequest, ModelFailed
from app.queries.labels import list_labels
from app.settings import Settings
from app.store.models import Draft, Run

# The member of the details of a run that has the requests and answers. Clients do not get it: it
# has the whole text again.
ANSWERS = "answers"

Json = dict[str, Any]


@dataclass
class ModelRun:
    """Asks the model of the settings about one draft. `answers` has those of earlier drafts of the
    file: the same request is not sent again."""

    options: ModelOptions
    labels: Sequence[str]
    answers: AnswersInMemory
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    details: Json = field(default_factory=dict)

    def extend(self, source: Source, claims: Claims) -> Claims:
        """The claims with those of the model. Raises ModelFailed."""
        start = time.perf_counter()
        estimates: list[str] = []
        reader = ModelReader(self.options, self.labels, self.answers, estimates.append)
        extended = reader.extend(source, claims)
        if reader.run is None:
            raise AssertionError("A run that does not fail is kept.")
        self.seconds = round(time.perf_counter() - start, 3)
        self.details = {
            "estimate": estimates,
            **reader.run.save(),
            ANSWERS: self.answers.stored,
        }
        return extended

    def estimate(self, source: Source) -> Estimate:
        """What the run will need. Nothing is asked."""
        reader = ModelReader(self.options, self.labels, self.answers, lambda _: None)
        return reader.estimate(source)

    def note_proposals(self, numbers: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Name the proposals whose words the model quoted, by their number and flags."""
        groups: dict[str, list[int]] = {"agrees": [], "differs": [], "proposes": []}
        for number, flags in numbers:
            group = "agrees"
            if Flag.MODEL_ONLY in flags:
                group = "proposes"
            elif Flag.MODEL_DIFFERS in flags:
                group = "differs"
            groups[group].append(number)
        self.details["proposals"] = groups


def prepare_run(
    session: Session,
    settings: Settings,
    file_sha256: str,
) -> ModelRun:
    """A run for a file, with the labels of the base and earlier answers. Raises InvalidRequest if
    the server has no model."""
    if settings.model_url is None:
        detail = (
            "This server has no language model (COMMUNIQUE_MODEL_URL). Leave `model` out."
        )
        raise InvalidRequest.at(detail, parameter="model")
    try:
        options = ModelOptions.from_settings(settings)
    except ModelFailed as error:
        raise InvalidRequest.at(str(error), parameter="model") from None
    answers = AnswersInMemory(_read_earlier_answers(session, file_sha256))
    return ModelRun(options, list_labels(session), answers)


def _read_earlier_answers(session: Session, file_sha256: str) -> Json:
    statement = select(Run.details).join(Draft, Draft.id == Run.draft_id)
    statement = statement.where(Draft.file_sha256 == file_sha256, Run.origin == "model")
    answers: Json = {}
    for details in session.scalars(statement.order_by(Run.started_at)):
        answers |= details.get(ANSWERS, {})
    return answers
