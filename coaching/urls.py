"""Addresses of coaching: the public request, the founder's links, the founder's file."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from coaching.views import after, check, file, follow, network, questions, start

app_name = "coaching"
urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path(_("paper/"), start.paper, name="paper"),
    path(_("resume/"), start.resume, name="resume"),
    path(_("forget/"), start.forget, name="forget"),
    path(_("question/<int:number>/"), questions.ask, name="question"),
    path(_("question/<int:number>/save/"), questions.autosave, name="autosave"),
    path(_("kept/"), questions.kept, name="kept"),
    path(_("check/"), check.check, name="check"),
    path(_("check/your-mail/"), check.confirmation_asked, name="confirmation_asked"),
    path(_("confirm/<str:token>/"), check.confirm, name="confirm"),
    path(_("resume/<str:token>/"), follow.resume_link, name="resume_link"),
    path(_("follow/<str:token>/"), follow.follow, name="follow"),
    path(_("follow/<str:token>/withdraw/"), follow.withdraw, name="withdraw"),
    path(_("afterwards/<str:token>/"), after.answer, name="afterwards"),
    path(_("specialists/"), network.specialists, name="specialists"),
    path(_("specialists/<int:pk>/"), network.specialist, name="specialist"),
    path(_("my-profile/"), network.profile, name="profile"),
    path(_("engagement/<str:token>/"), network.engagement, name="engagement"),
    path(_("engagements/<int:pk>/"), network.work, name="work"),
    path(_("engagements/<int:pk>/document/<int:document_pk>/"), network.work_document, name="work_document"),
    path(_("file/<int:pk>/"), file.case, name="case"),
    path(_("file/<int:pk>/task/<int:task_pk>/"), file.task, name="task"),
]
