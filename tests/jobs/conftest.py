"""Kinds of work that only the suite knows."""

from tests.engine.fixtures import engine_kinds, postbox, postbox_of_session

__all__ = ["engine_kinds", "postbox", "postbox_of_session"]
