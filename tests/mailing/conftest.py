from tests.engine.fixtures import engine_kinds, postbox, postbox_of_session, queue

__all__ = ["engine_kinds", "postbox", "postbox_of_session", "queue"]
