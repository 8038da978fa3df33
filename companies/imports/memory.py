"""Answers to what a file asks again and again."""

from typing import Any

from companies.imports.places import MOST_REMEMBERED


def remember(table: dict[str, Any], text: str, found: Any) -> Any:
    """Keep an answer; a file with a hundred thousand different texts does not fill the memory."""
    if len(table) > MOST_REMEMBERED:
        table.clear()
    table[text] = found
    return found
