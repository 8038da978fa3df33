"""What the suite forbids that Django forgives."""

import inspect
from pathlib import Path
from typing import Any, ClassVar


class UndefinedVariable(AssertionError):
    """A template printed a variable that nobody gave it."""


class FailingInvalid(str):
    """Stands for ``string_if_invalid``: fails when a template of ours prints an undefined variable."""

    __slots__ = ()
    templates: ClassVar[Path]

    def __contains__(self, key: object) -> bool:
        return key == "%s" or super().__contains__(key)  # type: ignore[operator]

    def __mod__(self, variable: Any) -> str:
        template = self._template()
        if template is not None:
            msg = f"undefined variable {variable!s} in {template}"
            raise UndefinedVariable(msg)
        return ""

    def _template(self) -> str | None:
        """The file of the innermost node being rendered, if it is one of ours."""
        frame = inspect.currentframe()
        while frame:
            node = frame.f_locals.get("self")
            origin = getattr(node, "origin", None)
            if frame.f_code.co_name in {"render", "render_annotated"} and origin is not None:
                name = str(getattr(origin, "name", ""))
                return name if name.startswith(str(self.templates)) else None
            frame = frame.f_back
        return None


def forbid_undefined_variables(settings: Any) -> None:
    """Switch the check on for all engines."""
    from django.template import engines

    FailingInvalid.templates = settings.BASE_DIR / "templates"
    for engine in engines.all():
        engine.engine.string_if_invalid = FailingInvalid()  # type: ignore[attr-defined]
