"""Addresses of coaching: the public request, the founder's links, the founder's file."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from coaching.views import check, commission, file, follow, questions, start

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
    path(_("commission/"), commission.sessions, name="sessions"),
    path(_("commission/<int:pk>/"), commission.session, name="session"),
    path(_("commission/<int:pk>/calendar.ics"), commission.calendar, name="session_calendar"),
    path(_("commission/<int:pk>/pack/"), commission.pack, name="session_pack"),
    path(_("commission/<int:pk>/pack/<int:job_pk>/"), commission.pack_file, name="session_pack_file"),
    path(_("commission/<int:pk>/pack/<int:job_pk>/progress/"), commission.pack_progress, name="session_pack_progress"),
    path(_("commission/<int:pk>/minutes.pdf"), commission.minutes, name="session_minutes"),
    path(_("commission/<int:pk>/item/<int:item_pk>/"), commission.item, name="session_item"),
    path(_("commission/<int:pk>/item/<int:item_pk>/stand-aside/"), commission.aside, name="session_aside"),
    path(_("file/<int:pk>/"), file.case, name="case"),
    path(_("file/<int:pk>/task/<int:task_pk>/"), file.task, name="task"),
]
