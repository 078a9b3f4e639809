"""Responses that are problem details."""

from typing import Any

import httpx


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (
        status,
        status,
        code,
    )
    assert problem["type"] == f"urn:communique:problem:{code}"
    assert problem["title"]
    assert "Traceback" not in response.text
    assert "sqlalche" not in response.text
    return problem
