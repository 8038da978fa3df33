"""Addresses of coaching: the public request, the founder's links, the founder's file."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from coaching.views import check, commission, documents, file, follow, papers, plan, questions, space, start

app_name = "coaching"
urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path(_("paper/"), start.paper, name="paper"),
    path(_("templates/<slug:name>/<slug:form>/"), papers.template, name="template"),
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
    path(_("file/<int:pk>/documents/"), documents.documents, name="documents"),
    path(_("file/<int:pk>/documents/<int:document_pk>/"), documents.document, name="document"),
    path(_("file/<int:pk>/plan/"), plan.overview, name="plan"),
    path(_("file/<int:pk>/plan/frame/"), plan.frame, name="plan_frame"),
    path(_("file/<int:pk>/plan/add/<slug:kind>/"), plan.add, name="plan_add"),
    path(_("file/<int:pk>/plan/line/<int:line_pk>/"), plan.line, name="plan_line"),
    path(_("file/<int:pk>/plan/line/<int:line_pk>/comment/"), plan.comment, name="plan_comment"),
    path(_("file/<int:pk>/plan/comment/<int:comment_pk>/"), plan.settle, name="plan_settle"),
    path(_("file/<int:pk>/plan/versions/"), plan.keep, name="plan_keep"),
    path(_("file/<int:pk>/plan/compare/"), plan.comparison, name="plan_compare"),
    path(_("file/<int:pk>/plan/excel/"), plan.export, name="plan_export"),
    path(_("file/<int:pk>/messages/"), plan.thread, name="messages"),
    path(_("file/<int:pk>/dates/"), space.dates, name="dates"),
    path(_("file/<int:pk>/dates/calendar/"), space.calendar_file, name="calendar_file"),
    path(_("file/<int:pk>/consents/"), space.consents, name="consents"),
    path(_("file/<int:pk>/consents/<int:engagement_pk>/"), space.consent, name="consent"),
    path(_("calendar/<str:key>.ics"), space.calendar_feed, name="calendar_feed"),
    path(_("file/<int:pk>/documents/<int:document_pk>/version/<int:number>/"), documents.download, name="download"),
]
