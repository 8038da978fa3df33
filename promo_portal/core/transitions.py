"""State machines as data: which action leads from which state to which, and a refusal for every other pair."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

Table = Mapping[tuple[str, str], str]  # (state, action) -> next state


class TransitionRefused(Exception):
    """The action does not fit the row's present state; nothing was changed."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__(f"{action} is not possible in state {state}")
        self.action, self.state = action, state

    @property
    def message(self) -> str:
        """What a person reads whose page was older than the row."""
        return _("This step is no longer possible: somebody was quicker. Nothing was changed.")


def next_state(table: Table, state: str, action: str) -> str:
    """The state that ``action`` leads to; ``TransitionRefused`` where the table has no such pair."""
    try:
        return table[state, action]
    except KeyError:
        raise TransitionRefused(action, state) from None
