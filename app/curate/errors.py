"""The pages of errors under `/curate`: what is wrong, and what to do next."""

from dataclasses import dataclass

from app.curate.rendering import CuratePage
from app.errors import KnowledgeBaseError

# More problems than a page can be read with.
MAX_LISTED_PROBLEMS = 50


@dataclass(frozen=True)
class ErrorPage(CuratePage):
    """An error. `details` are its problems."""

    template = "curate_error.html"

    details: tuple[str, ...] = ()


def list_details(error: KnowledgeBaseError) -> tuple[str, ...]:
    """The problems of an error, or the error itself."""
    if error.problems:
        return tuple(problem.detail for problem in error.problems[:MAX_LISTED_PROBLEMS])
    return (str(error),)


def make_error_page(error: KnowledgeBaseError) -> ErrorPage:
    """The page of an error that no form shows beside its fields."""
    return ErrorPage(title=error.title, details=list_details(error))
