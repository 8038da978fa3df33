"""Solving a proof of work as a browser does."""

from typing import Any

import altcha


def solved(challenge: dict[str, Any]) -> str:
    """The value that the form sends back."""
    task = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(task)
    assert solution is not None
    return altcha.Payload(task, solution).to_base64()
