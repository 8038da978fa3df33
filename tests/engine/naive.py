"""How one would send mail without an outbox: one task a mail, and the queue is the only place that knows of it."""

import smtplib

from celery import shared_task


@shared_task
def send_naively(port: int, number: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        text = f"Message-ID: <naive-{number}@exemple.example>\r\nSubject: x\r\n\r\nx\r\n"
        smtp.sendmail("portail@portail.example", [f"p{number}@exemple.example"], text)
