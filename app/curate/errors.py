"""The pages of errors under `/curate`: what is wrong, and what to do next."""

from dataclasses import dataclass

from app.curate.rendering import CuratePage
from app.errors import KnowledgeBaseError
from app.pages.errors import find_history

# More problems than a page can be read with.
MAX_LISTED_PROBLEMS = 50


@dataclass(frozen=True)
class ErrorPage(CuratePage):
    """An error. `details` are its problems, `history` leads to the versions of a record;
    `is_of_form` tells that something was typed before."""

    template = "curate_error.html"

    details: tuple[str, ...] = ()
    history: str | None = None
    is_of_form: bool = False


def list_details(error: KnowledgeBaseError) -> tuple[str, ...]:
    """The problems of an error, or the error itself."""
    if error.problems:
        return tuple(problem.detail for problem in error.problems[:MAX_LISTED_PROBLEMS])
    return (error.reason,)


def make_error_page(error: KnowledgeBaseError, *, is_of_form: bool) -> ErrorPage:
    """The page of an error that no form shows beside its fields."""
    history = find_history(error)
    return ErrorPage(
        title=error.title,
        details=list_details(error),
        history=f"/curate{history}" if history is not None else None,
        is_of_form=is_of_form,
    )
