"""The coach's door to the financial plan and the messages of a file: the pages themselves are shared with the founder."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.models import CaseFile
from coaching.pages import messages, plan
from coaching.pages.desk import Desk
from coaching.permissions import case_for_staff
from promo_portal.accounts.access import require

View = Callable[..., HttpResponse]


class PlanPages:
    """Mixed into the file's admin; uses its shell."""

    admin_site: Any
    _shell: Callable[[CaseFile, str], dict[str, Any]]

    def plan_pages(self) -> dict[str, tuple[str, View]]:
        """Addresses below a file."""
        both = require_http_methods(["GET", "POST"])
        return {
            "plan": ("<int:pk>/plan/", both(self._door(plan.overview))),
            "plan_frame": ("<int:pk>/plan/frame/", both(self._door(plan.frame))),
            "plan_add": ("<int:pk>/plan/add/<slug:kind>/", both(self._door(plan.add))),
            "plan_line": ("<int:pk>/plan/lines/<int:line_pk>/", both(self._door(plan.line))),
            "plan_comment": ("<int:pk>/plan/lines/<int:line_pk>/comment/", require_POST(self._door(plan.comment))),
            "plan_settle": ("<int:pk>/plan/comments/<int:comment_pk>/", require_POST(self._door(plan.settle))),
            "plan_keep": ("<int:pk>/plan/versions/", require_POST(self._door(plan.keep))),
            "plan_compare": ("<int:pk>/plan/compare/", require_GET(self._door(plan.comparison))),
            "plan_export": ("<int:pk>/plan/excel/", require_GET(self._door(plan.export))),
            "messages": ("<int:pk>/messages/", both(self._door(messages.thread, "messages"))),
        }

    def _door(self, show: Callable[..., HttpResponse], tab: str = "plan") -> View:
        """A view that sits the coach at the desk of the file."""

        def view(request: HttpRequest, pk: int, **parts: Any) -> HttpResponse:
            posted = request.method == "POST"
            require(request, "case document", "write" if posted else "read")
            case = case_for_staff(request, pk, act="write" if posted else "read")

            def shown(template: str, context: dict[str, Any], status: int) -> HttpResponse:
                values = {**self.admin_site.each_context(request), **context}
                return TemplateResponse(request, template, values, status=status)

            return show(Desk(request, case, True, shown, self._shell(case, tab)), **parts)

        return view
