"""Claims about what a mail says: pure functions, tried on the mails that programs really write."""

from email.message import EmailMessage

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.mailbox.automatic import Kind, kind_of, read_bounce
from feedback.mailbox.bodies import cleaned, text_of
from feedback.mailbox.language import language_of
from feedback.mailbox.parsing import Mail, Unreadable, parse
from feedback.mailbox.proof import Proof, proof_of
from feedback.mailbox.quoting import MARK, above_mark, split
from feedback.mailbox.tokens import Claim, claims_in, token_of

KEY = "for tests only"
HEAD = b"From: Alice <alice@example.com>\r\nSubject: Lamp\r\nMessage-ID: <1@example.com>\r\n"


def mail(text: str = "It blinks.", **headers: str) -> Mail:
    """Return a mail with a few further headers."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return parse(HEAD + more.encode() + b"\r\n" + text.encode())


# What is repeated

ANNOUNCED = {
    "Gmail, French": "Le dim. 22 nov. 2026 à 12:40, Clairson <help@clairson.example> a écrit :\n\n> Bonjour,",
    "Gmail, broken over two lines": "Le dim. 22 nov. 2026 à 12:40, Clairson Aide et Support\n<help@clairson.example> a écrit :\n\n> Bonjour,",
    "Gmail, English": "On Sun, 22 Nov 2026 at 12:40, Clairson Help\n<help@clairson.example> wrote:\n\n> Hello,",
    "Apple Mail, French": "> Le 22 nov. 2026 à 12:40, Clairson <help@clairson.example> a écrit :\n> \n> Bonjour,",
    "Apple Mail, English": "> On 22 Nov 2026, at 12:40, Clairson <help@clairson.example> wrote:\n> \n> Hello,",
    "Thunderbird, French": "Le 22/11/2026 à 12:40, Clairson a écrit :\n> Bonjour,",
    "Thunderbird, English": "On 22/11/2026 12:40, Clairson wrote:\n> Hello,",
    "Outlook, French": "________________________________\nDe : Clairson <help@clairson.example>\nEnvoyé : dimanche 22 novembre 2026 12:40\nÀ : alice@example.com\nObjet : RE: Lampe\n\nBonjour,",
    "Outlook, French spaces": "De\u00a0: Clairson <help@clairson.example>\nEnvoyé\u00a0: dimanche 22 novembre 2026 12:40\nÀ\u00a0: alice@example.com\nObjet\u00a0: RE: Lampe\n\nBonjour,",
    "Outlook, English": "From: Clairson <help@clairson.example>\nSent: Sunday, November 22, 2026 12:40 PM\nTo: alice@example.com\nSubject: RE: Lamp\n\nHello,",
    "Outlook, old": "-----Original Message-----\nFrom: Clairson\nSent: Sunday\nTo: Alice\nSubject: Lamp\n\nHello,",
    "Orange": '> Message du 22/11/26 12:40\n> De : "Clairson" <help@clairson.example>\n> A : alice@orange.fr\n> Copie à : \n> Objet : Lampe\n> \n> Bonjour,',
    "Free (Zimbra)": '----- Mail original -----\nDe: "Clairson" <help@clairson.example>\nÀ: alice@free.fr\nEnvoyé: Dimanche 22 Novembre 2026 12:40:00\nObjet: Lampe\n\nBonjour,',
    "Nothing but marks": "> Bonjour,\n> Débranchez-la.\n",
}  # fmt: skip


@pytest.mark.parametrize("repeated", ANNOUNCED.values(), ids=ANNOUNCED)
def test_what_a_mail_repeats_is_told_from_what_it_says(repeated: str) -> None:
    parts = split(f"Merci, c’est réglé.\n\nAlice\n06 11 22 33 44\n\n{repeated}")
    assert parts.fresh == "Merci, c’est réglé.\n\nAlice\n06 11 22 33 44"
    assert parts.quoted.endswith(repeated.strip().splitlines()[-1])


@pytest.mark.parametrize(
    "text",
    [
        "The invoice says:\nFrom: 3 May\nTo: 5 May\nbut I was there on the 6th.",
        "Votre vendeur m’a écrit :\nla lampe sera remplacée.",
        "On Sunday it worked. Then your colleague wrote: wait.",
        "> Does it blink?\n\nYes, all night long.\n\n> Since when?\n\nSince last Monday.",
        "> forwarded only",
    ],
)
def test_words_that_only_look_like_a_quotation_stay(text: str) -> None:
    assert split(text).fresh == text


@given(st.text(alphabet="ab >|:\n-_Le 2OnDFrom:<@", max_size=300))
def test_nothing_is_lost_by_splitting(text: str) -> None:
    parts = split(text)
    kept = "".join((parts.fresh + parts.quoted).split()).replace("_", "")
    assert kept == "".join(text.split()).replace("_", "")


def test_of_a_notice_only_what_stands_above_the_mark_is_an_answer() -> None:
    assert above_mark(f"Unplug it.\n> {MARK} Write above {MARK}\n> secret") == "Unplug it."
    assert above_mark("Unplug it.") is None


# Parsing


@hypothesis.settings(max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [b"", HEAD, HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"]
    ),
)
def test_no_bytes_bring_the_reader_down(data: bytes, head: bytes) -> None:
    try:
        found = parse(head + data)
    except Unreadable:
        return
    assert "\x00" not in found.text + found.subject
    (found.text + found.subject + found.sender).encode()


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", "d\xe9branch\xe9e".encode("latin-1"), "débranchée"),
        ("text/plain; charset=utf-8", "d\xe9branch\xe9e".encode("latin-1"), "débranchée"),
        ("text/plain; charset=nobody-knows-it", "débranchée".encode(), "débranchée"),
        ("text/plain; charset=windows-1252", b"\x93Bonjour\x94 \x80", "“Bonjour” €"),
        ("text/plain\r\nContent-Transfer-Encoding: quoted-printable", b"d=C3=A9branch=C3=A9e", "débranchée"),
        ("text/plain\r\nContent-Transfer-Encoding: base64", b"ZMOpYnJhbmNow6ll!!", "débranchée"),
        ("text/html", b"<p>One<br>two</p><ul><li>three</ul><ol><li>a<li>b</ol>", "One\ntwo\n\n- three\n\n1. a\n2. b"),
        ("multipart/mixed; boundary=x", b"--x\r\n\r\nwithout an end", "without an end"),
    ],
)  # fmt: skip
def test_letters_arrive_whatever_they_were_written_in(head: str, body: bytes, text: str) -> None:
    raw = HEAD + f"Content-Type: {head}\r\n\r\n".encode() + body
    assert parse(raw).text == text


def test_headers_are_decoded() -> None:
    raw = (
        b"From: =?utf-8?q?Zo=C3=A9_Lef=C3=A8vre?= <Zoe@Example.com>\r\n"
        b"Subject: =?iso-8859-1?q?Lampe_cass=E9e?= =?utf-8?b?4oCT?= =?broken\r\n\r\nBonjour"
    )
    found = parse(raw)
    assert (found.sender, found.sender_name) == ("zoe@example.com", "Zoé Lefèvre")
    assert found.subject.startswith("Lampe cassée–")
    assert parse("Subject: Lampe cassée\r\n\r\nx".encode("latin-1")).subject == "Lampe cassée"


def test_a_mail_without_a_name_is_known_by_its_words() -> None:
    one = parse(b"From: a@b.fr\r\nDate: x\r\n\r\nHello")
    again = parse(b"Received: by another way\r\nFrom: a@b.fr\r\nDate: x\r\n\r\nHello\r\n")
    other = parse(b"From: a@b.fr\r\nDate: x\r\n\r\nBye")
    assert one.message_id == again.message_id != other.message_id


def test_files_come_apart_from_words_and_pictures_inside_the_text_are_told() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "alice@example.com", "Lamp"
    message.set_content("See the picture.")
    message.add_alternative('<p>See <img src="cid:x"></p>', subtype="html")
    message.get_payload()[1].add_related(b"PNG", "image", "png", cid="<x>")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Reçu.pdf")
    found = parse(message.as_bytes())
    assert found.text == "See the picture."
    assert [(each.name, each.is_inline) for each in found.files] == [
        ("file-3.png", True),
        ("Reçu.pdf", False),
    ]


def test_html_can_do_nothing_but_be_read() -> None:
    html = cleaned(
        '<style>p{}</style><script>alert(1)</script><p onclick="x()" style="a">Hi <img src="https://spy.example/1.gif">'
        '<a href="javascript:alert(1)">a</a> <a href="https://example.com">b</a></p><form><input></form>'
    )
    assert html == (
        '<p>Hi <a rel="noopener noreferrer nofollow">a</a> '
        '<a href="https://example.com" rel="noopener noreferrer nofollow">b</a></p>'
    )


def test_html_is_read_with_its_links_and_quotations() -> None:
    html = '<div>See <a href="https://a.example/x">here</a></div><blockquote type="cite"><p>Old</p></blockquote>'
    assert text_of(html) == "See here <https://a.example/x>\n\n> Old"


# Who wrote it


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, None),
        ({"Auto_Submitted": "no"}, None),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Kind.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, Kind.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Kind.AUTO_REPLY),
        ({"Return_Path": "<>"}, Kind.AUTO_REPLY),
        ({"Precedence": "bulk"}, Kind.BULK),
        ({"Feedback_ID": "1:shop:mail"}, Kind.BULK),
        ({"X_Spam_Flag": "YES"}, Kind.SPAM),
        ({"List_Id": "<help.example.com>", "Precedence": "list"}, None),
    ],
)
def test_what_nobody_wrote_is_told_by_what_it_says_of_itself(
    headers: dict[str, str], kind: Kind | None
) -> None:
    assert kind_of(mail(**headers)) is kind


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Réponse automatique : Re: Lampe", Kind.AUTO_REPLY),
        ("Absence du bureau", Kind.AUTO_REPLY),
        ("Automatic reply: Lamp", Kind.AUTO_REPLY),
        ("Out of Office: Lamp", Kind.AUTO_REPLY),
        ("Out of office chairs", None),
        ("Réponse automatique de votre robot : comment l’arrêter ?", None),
        ("Absent du bureau depuis lundi, où est mon colis ?", None),
    ],
)
def test_notices_of_absence_are_told_by_their_first_words(subject: str, kind: Kind | None) -> None:
    raw = f"From: a@b.fr\r\nSubject: {subject}\r\n\r\nx".encode()
    assert kind_of(parse(raw)) is kind


REPORT = b"""From: MAILER-DAEMON@mx.example.com
Return-Path: <>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; alice@example.com
Action: %s
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <alice@example.com>: Recipient
    address rejected: User unknown
--b
Content-Type: message/rfc822

Message-ID: <ours@clairson.example>
Subject: Re: Lamp

Unplug it.
--b--
"""


def test_a_bounce_says_which_message_and_why() -> None:
    found = parse(REPORT % b"failed")
    assert kind_of(found) is Kind.BOUNCE
    bounce = read_bounce(found)
    assert "<ours@clairson.example>" in bounce.message_ids
    assert bounce.said == "550 5.1.1 <alice@example.com>: Recipient address rejected: User unknown"
    assert kind_of(parse(REPORT % b"delayed")) is Kind.DELAY


def test_a_bounce_of_an_old_server_is_told_too() -> None:
    raw = (
        b"From: Mail Delivery System <Mailer-Daemon@mx.example.com>\nReturn-Path: <>\n"
        b"Subject: Mail delivery failed: returning message to sender\nX-Failed-Recipients: a@b.fr\n\n"
        b"  a@b.fr\n    550 mailbox unavailable\n\nMessage-ID: <ours@clairson.example>\n"
    )
    found = parse(raw)
    assert kind_of(found) is Kind.BOUNCE
    assert read_bounce(found).said == "550 mailbox unavailable"
    assert "<ours@clairson.example>" in read_bounce(found).message_ids


# Who may write


@given(
    st.text(alphabet="2346789bcdfghjkmnpqrtvwxyz", min_size=8, max_size=8),
    st.none() | st.integers(0, 10**9),
)
def test_a_signed_name_says_what_it_was_made_of(reference: str, colleague: int | None) -> None:
    claim = Claim(reference, colleague)
    token = token_of(claim, KEY)
    assert claims_in([f"Help <HELP+{token.upper()}@clairson.example>"], KEY) == [claim]
    assert claims_in([token], "another key") == []
    other = Claim(reference, None if colleague is not None else 1)
    assert claims_in([token_of(other, KEY)[:-16] + token[-16:]], KEY) == []


def test_of_several_names_the_newest_comes_first() -> None:
    old, new = Claim("k7mq4xtp"), Claim("b2cd3fgh")
    text = f"<{token_of(old, KEY)}.0@x> <{token_of(new, KEY)}.1@x>"
    assert claims_in([text], KEY) == [new, old]


@pytest.mark.parametrize(
    ("results", "proof"),
    [
        ("mx.clairson.example; dmarc=pass header.from=example.com", Proof.PROVEN),
        ("mx.clairson.example; dmarc=fail (p=none) header.from=example.com", Proof.FORGED),
        ("mx.clairson.example; spf=pass smtp.mailfrom=alice@example.com", Proof.PROVEN),
        ("mx.clairson.example; dkim=pass header.d=mailer.example; spf=fail smtp.mailfrom=x@example.com", Proof.UNKNOWN),
        ("mx.clairson.example; dkim=pass header.d=com", Proof.UNKNOWN),
        ("elsewhere.example; dmarc=pass header.from=example.com", Proof.UNKNOWN),
    ],
)  # fmt: skip
def test_only_what_the_trusted_server_found_out_counts(results: str, proof: Proof) -> None:
    found = mail(Authentication_Results=results)
    assert proof_of(found, "mx.clairson.example") is proof
    assert proof_of(found, "") is Proof.UNKNOWN


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Bonjour, ma lampe clignote et je ne sais pas quoi faire. Merci", "fr"),
        ("My lamp blinks and I do not know what to do with it.", "en"),
        ("Lampe 4711", "fr"),
        ("Hallo, die Lampe ist kaputt und ich habe keine Rechnung.", "fr"),
    ],
)
def test_a_mail_tells_its_language_by_its_small_words(text: str, locale: str) -> None:
    assert language_of(text, ("fr", "en")) == locale


def test_where_words_do_not_tell_a_header_may() -> None:
    assert language_of("4711", ("fr", "en"), asked="en-GB") == "en"
