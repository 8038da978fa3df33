"""Parts for the tests of mail and reminders: kinds of their own, and ways to break the engine on purpose.

The suite registers them in its own process; worker processes load them as a Django app (``tests.engine.settings``).
"""
