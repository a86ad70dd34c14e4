"""Claims about pictures and files that writers add: checked, light, described."""

import io
import random
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from articles import attachments
from articles.models import Attachment
from articles.studio.editing import uploads
from articles.studio.editing.pictures import MAX_WIDTH, compressed
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db
from tests.articles.studio.cast import SignIn

GPS, ORIENTATION = 0x8825, 0x0112


@pytest.fixture
def writer(sign_in: SignIn) -> FlaskClient:
    client = sign_in(RoleName.WRITER)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def photo(width: int = 240, height: int = 160, **options: Any) -> bytes:
    image = Image.frombytes("RGB", (width, height), random.Random(1).randbytes(3 * width * height))
    image = image.resize((width, height)).convert("RGB")
    return saved(image, "JPEG", quality=95, **options)


def screenshot() -> Image.Image:
    image = Image.new("RGB", (300, 200), "white")
    image.paste((20, 60, 200), (10, 10, 120, 40))
    return image


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def send(client: FlaskClient, name: str, content: bytes, **fields: str) -> Any:
    data = {"file": (io.BytesIO(content), name), **fields}
    return client.post("/studio/uploads", data=data, headers={"X-Requested-With": "fetch"})


class TestPictures:
    def test_a_photograph_gets_lighter_upright_and_tells_nothing_of_its_place(self) -> None:
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        exif.get_ifd(GPS)[1] = "N"
        exif[0x010F] = "Camera of Mrs. Smith"
        before = photo(exif=exif)
        name, after = compressed("IMG_1.JPG", before)
        made = opened(after)
        assert (name, made.format, made.size) == ("IMG_1.webp", "WEBP", (160, 240))
        assert len(after) < len(before)
        assert not made.getexif()
        assert b"Smith" not in after

    def test_a_wide_photograph_is_brought_to_the_width_of_fine_screens(self) -> None:
        image = Image.new("RGB", (3_000, 1_200), "teal")
        assert opened(compressed("wide.jpg", saved(image, "JPEG"))[1]).size == (MAX_WIDTH, 800)

    def test_a_photograph_that_would_get_larger_keeps_its_pixels_and_loses_its_notes(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "Camera of Mrs. Smith"
        tiny = saved(opened(photo()), "JPEG", quality=5, exif=exif, comment=b"Mrs. Smith")
        name, after = compressed("small.jpeg", tiny)
        assert (name, opened(after).format) == ("small.jpeg", "JPEG")
        assert b"Smith" not in after
        assert opened(after).tobytes() == opened(tiny).tobytes()

    def test_a_screenshot_keeps_every_pixel(self) -> None:
        before = screenshot()
        after = opened(compressed("shot.png", saved(before, "PNG"))[1])
        assert after.convert("RGB").tobytes() == before.tobytes()

    @pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "L", "1"])
    def test_a_screenshot_of_any_kind_looks_the_same(self, mode: str) -> None:
        before = screenshot().convert(mode)
        after = opened(compressed("shot.png", saved(before, "PNG"))[1])
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()

    def test_what_moves_or_is_drawn_stays_as_it_is(self) -> None:
        frames = [screenshot(), screenshot().rotate(180)]
        moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
        assert compressed("a.gif", moving) == ("a.gif", moving)
        drawn = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
        assert compressed("a.svg", drawn) == ("a.svg", drawn)

    @pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"0" * 50])
    def test_a_damaged_picture_is_left_to_who_checks_it(self, content: bytes) -> None:
        assert compressed("a.png", content) == ("a.png", content)


class TestUploading:
    def test_a_picture_is_kept_with_its_size_and_asked_for_its_words(
        self, writer: FlaskClient
    ) -> None:
        answer = send(writer, "Lampe d’été.jpg", photo())
        assert answer.status_code == 200
        kept = db.session.scalars(select(Attachment)).one()
        assert (kept.width, kept.height, kept.media_type) == (240, 160, "image/webp")
        assert f"attachment:{kept.digest}/" in answer.text
        assert "data-image" in answer.text
        entry = db.session.scalars(select(AuditEntry)).all()[-1]
        assert (entry.act, entry.label) == ("attachment.uploaded", kept.filename)
        assert writer.get(f"/attachments/{kept.digest}/x").status_code == 200

    def test_the_plain_form_gives_the_line_to_copy(self, writer: FlaskClient) -> None:
        data = {"file": (io.BytesIO(photo()), "lamp.jpg"), "alt": "A lamp [lit]"}
        page = writer.post("/studio/uploads", data=data).text
        digest = db.session.scalars(select(Attachment.digest)).one()
        assert f"![A lamp (lit)](attachment:{digest}/lamp.webp)" in page
        only = {"file": (io.BytesIO(photo()), "lamp.jpg"), "decorative": "1"}
        assert "{.decorative}" in writer.post("/studio/uploads", data=only).text

    def test_a_document_becomes_a_link(self, writer: FlaskClient) -> None:
        answer = send(writer, "Guide.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
        assert "[Guide.pdf](attachment:" in answer.text
        assert "data-image" not in answer.text

    def test_a_file_too_large_is_refused_with_its_size(
        self, writer: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "MAX_BYTES", 200_000)
        monkeypatch.setattr(uploads, "MEGABYTE", 100_000)
        answer = send(writer, "big.zip", b"0" * 250_000)
        assert answer.status_code == 422
        assert "2.5 MB; 2 MB at most" in answer.text
        assert db.session.scalars(select(Attachment)).all() == []

    def test_what_is_not_for_articles_is_refused_with_the_reason(self, writer: FlaskClient) -> None:
        for name in ("page.html", "run.exe", "fake.png"):
            answer = send(writer, name, b"<script>alert(1)</script>")
            assert answer.status_code == 422, name
            assert "data-reason" in answer.text, name

    def test_a_full_disk_is_told(
        self, writer: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_args: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(attachments, "store_content", full)
        answer = send(writer, "lamp.jpg", photo())
        assert answer.status_code == 507
        assert "The disk of the server is full" in answer.text
        assert db.session.scalars(select(Attachment)).all() == []

    def test_a_name_keeps_only_its_last_part(self, writer: FlaskClient) -> None:
        send(writer, "..\\..\\etc/passwd/photo.JPG", photo())
        assert db.session.scalars(select(Attachment.filename)).one() == "photo.webp"
