"""What asking a language model about a document needs."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas import fields as f
from app.schemas.filters import Query


class ModelEstimateQuery(Query):
    """How a file is read before a model is asked about it."""

    language: Annotated[
        f.Language | None,
        Field(description="The language of the text (BCP 47), if the file does not tell it."),
    ] = None


class ModelEstimate(BaseModel):
    """The requests and tokens that `model=true` would need for a file, before anything is asked."""

    model: Annotated[str, Field(description="The name of the model.")]
    requests: Annotated[int, Field(description="Number of requests for the whole document.")]
    answered: Annotated[
        int, Field(description="Requests that were answered before: they are not sent again.")
    ]
    tokens: Annotated[int, Field(description="About so many tokens are sent.")]
    max_tokens: Annotated[
        int, Field(description="Tokens in all, if every answer is as long as it may be.")
    ]
    refusal: Annotated[
        str | None,
        Field(
            description="Why nothing would be asked, such as a bound; null if nothing is wrong."
        ),
    ]
