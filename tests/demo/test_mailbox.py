"""Every mail can be read as its recipient would see it, and none can act."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client

from promo_portal.demo import mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAL_MAIL_DIR", str(tmp_path))
    return tmp_path


def put(
    folder: Path, number: int, *, subject: str = "Rappel", to: str = "lea@exemple.example", html: str = "", **more: str
) -> str:
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, to, "portail@portail.example"
    mail["Date"] = more.get("date", f"Mon, 23 Nov 2026 08:{number:02}:00 +0100")
    mail["Content-Language"] = more.get("language", "fr")
    mail.set_content(more.get("text", "Bonjour, voici : http://localhost:9999/fr/espace/"))
    if html:
        mail.add_alternative(html, subtype="html")
    name = f"{number:020d}-1-{number:06d}"
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())
    return name


def test_mails_stand_newest_first_and_are_found_by_words(client: Client, folder: Path) -> None:
    put(folder, 1, subject="Demande reçue", to="lea@exemple.example")
    put(folder, 2, subject="Nouvelle demande", to="claire@exemple.example", text="Tâche : plan de trésorerie")

    everything = client.get("/demo/mail/")
    found = client.get("/demo/mail/", {"q": "tresorerie CLAIRE"})
    nothing = client.get("/demo/mail/", {"q": "zzz\x00%"})

    assert [mail.subject for mail in everything.context["page_obj"]] == ["Nouvelle demande", "Demande reçue"]
    assert [mail.subject for mail in found.context["page_obj"]] == ["Nouvelle demande"]
    assert nothing.status_code == 200
    assert nothing.context["count"] == 0


def test_links_lead_to_the_demo_as_it_runs_now(client: Client, folder: Path) -> None:
    name = put(
        folder, 1, html='<html lang="fr"><body><a href="http://localhost:9999/fr/espace/">Voir</a></body></html>'
    )

    page = client.get(f"/demo/mail/{name}/").content.decode()
    html = client.get(f"/demo/mail/{name}/html/").content.decode()

    assert 'href="http://testserver/fr/espace/"' in page
    assert 'href="http://testserver/fr/espace/"' in html
    assert 'target="_top"' in html


def test_a_mails_html_cannot_act(client: Client, folder: Path) -> None:
    name = put(
        folder,
        1,
        html=(
            '<p style="color:red" onclick="alert(1)">Bonjour<script>alert(1)</script><style>p{}</style>'
            '<img src="https://else.example/pixel.png"><iframe src="/admin/"></iframe>'
            '<a href="javascript:alert(1)">x</a><form action="/demo/enter/"><input name="email"></form></p>'
        ),
    )

    answer = client.get(f"/demo/mail/{name}/html/")
    page = answer.content.decode()

    assert 'style="color:red"' in page
    for harm in ("<script", "onclick", "javascript:", "<iframe", "<form", "<input", "alert(1)"):
        assert harm not in page
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_around_a_mail_keeps_the_strict_policy(client: Client, folder: Path) -> None:
    name = put(folder, 1, html="<p>Bonjour</p>")

    answer = client.get(f"/demo/mail/{name}/")

    policy = answer["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert 'sandbox="' in answer.content.decode()


@pytest.mark.parametrize("name", ["../secret", "..%2fsecret", "/etc/passwd", "nothing", "a" * 300, "1.eml", "", "\x00"])
def test_only_mails_are_read(folder: Path, name: str) -> None:
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret")

    assert mailbox.message(name) is None


def test_a_missing_mail_is_a_missing_page(client: Client, folder: Path) -> None:
    name = put(folder, 1)

    assert client.get(f"/demo/mail/{name}/").status_code == 200
    assert client.get(f"/demo/mail/{name}x/").status_code == 404
    assert client.get(f"/demo/mail/{name}/html/").status_code == 404  # this one has no HTML part


def test_broken_messages_break_nothing(client: Client, folder: Path) -> None:
    (folder / "1.eml").write_bytes(b"\xff\xfe\x00 no header at all")
    (folder / "2.eml").write_bytes(
        b"Subject: =?utf-9?q?x?=\nDate: yesterday\nContent-Type: text/plain; charset=klingon\n\n\xff"
    )
    (folder / "3.part").write_bytes(b"half")

    answer = client.get("/demo/mail/")

    assert answer.status_code == 200
    assert answer.context["count"] == 2
    assert client.get("/demo/mail/2/").status_code == 200


def test_without_a_mail_server_of_ours_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_MAIL_DIR", raising=False)
    monkeypatch.delenv("MAIL_SINK_FOLDER", raising=False)

    answer = client.get("/demo/mail/", headers={"accept-language": "fr"})

    assert "un autre serveur" in answer.content.decode()
