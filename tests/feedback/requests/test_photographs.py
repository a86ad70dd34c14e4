"""Claims about pictures that strangers send: the place goes, the picture stays."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from feedback.requests.files.inspecting import MAX_FILE_BYTES, Refusal, RefusedFile, inspect
from feedback.requests.files.photographs import without_position

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
KINDS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF"}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>48,51.4N</exif:GPSLatitude></x:xmpmeta>'
)


def exif(turned: int) -> Image.Exif:
    made = Image.Exif()
    made[MAKE] = "Telephone of Alice"
    if turned:
        made[ORIENTATION] = turned
    made[GPS] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)}
    return made


def photograph(kind: str, turned: int = 0, *, size: tuple[int, int] = (24, 16)) -> bytes:
    drawn = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    options = {"xmp": XMP} if kind in {"JPEG", "WEBP", "AVIF"} else {}
    picture.save(drawn, kind, exif=exif(turned), **options)
    return drawn.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@settings(max_examples=25)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 8), st.integers(1, 40), st.integers(1, 40))
def test_where_a_picture_was_taken_goes_and_how_it_looks_stays(
    suffix: str, turned: int, width: int, height: int
) -> None:
    kind = KINDS[suffix]
    before = photograph(kind, turned, size=(width, height))
    kept = inspect(before, f"me.{suffix}")
    after = opened(kept.content)
    assert not after.getexif().get_ifd(GPS)
    assert MAKE not in after.getexif()
    assert b"GPSLatitude" not in kept.content
    assert b"Alice" not in kept.content
    if kind != "AVIF":  # drawn anew, and upright
        assert after.getexif().get(ORIENTATION, 0) in {turned, 0 if turned < 2 else turned}
        assert not ImageChops.difference(opened(before), after).getbbox()


def test_colours_of_a_profile_stay() -> None:
    drawn = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(drawn, "JPEG", icc_profile=b"profile" * 20, exif=exif(6))
    after = opened(without_position(drawn.getvalue(), "image/jpeg"))
    assert (after.mode, after.info["icc_profile"]) == ("CMYK", b"profile" * 20)


def test_what_hides_behind_the_end_of_a_picture_goes_too() -> None:
    for kind, suffix in (("JPEG", "jpg"), ("PNG", "png")):
        kept = inspect(photograph(kind) + b"<script>alert(1)</script>PK\x03\x04", f"me.{suffix}")
        assert b"script" not in kept.content


def test_of_several_pictures_in_one_file_the_first_is_kept() -> None:
    drawn = io.BytesIO()
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    first.save(drawn, "MPO", save_all=True, append_images=[second])
    after = opened(inspect(drawn.getvalue(), "me.jpg").content)
    assert (after.format, getattr(after, "n_frames", 1)) == ("JPEG", 1)


def test_a_film_forgets_where_it_was_made() -> None:
    film = b"\0\0\0\x18ftypmp42" + b"\0" * 8 + b"\xa9xyz\0\x12\x15\xc7+48.8577+002.2950+035.1/mdat"
    kept = inspect(film, "film.mp4").content
    assert b"48.8577" not in kept
    assert len(kept) == len(film)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", Refusal.EMPTY),
        ("a.txt", b"x" * (MAX_FILE_BYTES + 1), Refusal.TOO_LARGE),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18, Refusal.ARCHIVE),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.KIND),
        ("a.html", b"<script>alert(1)</script>", Refusal.KIND),
        ("a.exe", b"MZ", Refusal.KIND),
        ("nothing", b"?", Refusal.KIND),
        ("a.pdf", b"<script>alert(1)</script>", Refusal.DISGUISED),
        ("a.docx", b"PK\x05\x06" + b"\0" * 18, Refusal.DISGUISED),
        ("a.txt", b"\0\1\2", Refusal.DISGUISED),
        ("a.png", b"\x89PNG\r\n\x1a\n", Refusal.DAMAGED),
        ("a.jpg", photograph("JPEG")[:-200], Refusal.DAMAGED),
    ],
)
def test_what_is_not_taken_is_refused_with_its_reason(
    name: str, content: bytes, reason: Refusal
) -> None:
    with pytest.raises(RefusedFile) as refused:
        inspect(content, name)
    assert refused.value.reason is reason


def test_a_picture_too_large_to_look_at_is_refused_before_it_is_read() -> None:
    drawn = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(drawn, "PNG")
    with pytest.raises(RefusedFile) as refused:
        inspect(drawn.getvalue(), "wall.png")
    assert refused.value.reason is Refusal.TOO_MANY_PIXELS


def test_a_file_is_called_what_its_content_is() -> None:
    assert inspect(photograph("PNG"), "../../me.jpg").name == "me.png"
    assert inspect(photograph("JPEG"), "image").name == "image.jpg"
    assert inspect(b"%PDF-1.7", "Invoice").media_type == "application/pdf"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow speaks of what is damaged
@settings(max_examples=60)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_damaged_picture_is_kept_without_its_place_or_refused(
    suffix: str, data: st.DataObject
) -> None:
    whole = bytearray(photograph(KINDS[suffix]))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        kept = inspect(bytes(whole), f"me.{suffix}")
    except RefusedFile:
        return
    assert not opened(kept.content).getexif().get_ifd(GPS)
