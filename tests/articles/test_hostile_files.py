"""Claims about files of strangers: their content says what they are, their names are made harmless."""

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from articles.attachments import UnusableFile, inspect
from articles.drawings import UnsafeDrawing, clean_svg
from articles.filenames import MAX_LENGTH, safe_name
from articles.signatures import is_what_it_says
from tests.articles.hostile import CALL, NAMES

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3), **more: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("P" if kind in {"PNG", "GIF"} else "RGB", size).save(drawn, kind, **more)
    return drawn.getvalue()


def archive(*names: str, size: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, b"\0" * size)
    return made.getvalue()


def refused(name: str, content: bytes) -> str:
    with pytest.raises(UnusableFile) as why:
        inspect(name, content)
    return str(why.value)


# Pictures


def test_a_picture_is_what_its_content_says_and_its_name_follows() -> None:
    asset = inspect("photo.png", picture("JPEG"))
    assert (asset.media_type, asset.filename) == ("image/jpeg", "photo.jpg")
    assert (asset.width, asset.height) == (4, 3)


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a/*\x00\x00\x00*/=1;" + CALL.encode(),
        b"<script>window.__xss=1</script>",
        b"%PDF-1.4 not a picture",
        SVG.format(f"<script>{CALL}</script>").encode(),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        picture()[:40],
        b"\xff\xd8\xff\xe0" + b"<script>" * 20,
        b"BM" + b"\0" * 60,
        b"",
    ],
)
def test_what_only_looks_like_a_picture_is_refused(content: bytes) -> None:
    for name in ("x.png", "x.gif", "x.jpg", "x.webp"):
        assert refused(name, content)


def test_a_telephone_that_takes_several_pictures_at_once_sends_a_photograph() -> None:
    several = picture("MPO", save_all=True, append_images=[Image.new("RGB", (4, 3))])
    assert inspect("photo.jpg", several).media_type == "image/jpeg"


def test_a_damaged_picture_of_the_newest_kind_is_refused_in_words() -> None:
    whole = bytearray(picture("AVIF"))
    whole[95] = 0
    assert refused("photo.avif", bytes(whole)) == "not a readable image"


def test_a_script_behind_a_picture_stays_a_picture() -> None:
    """What follows its end is served as a picture that browsers must not guess about."""
    asset = inspect("x.gif", picture("GIF") + f"<script>{CALL}</script>".encode())
    assert asset.media_type == "image/gif"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    assert refused("bomb.png", picture(size=(9_000, 8_000))) == "too many pixels"


def test_a_film_of_too_many_frames_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.attachments.MAX_MOVING_PIXELS", 1_000)
    frames = [Image.new("RGB", (20, 20), (each * 80, 0, 0)) for each in range(3)]
    drawn = io.BytesIO()
    frames[0].save(drawn, "GIF", save_all=True, append_images=frames[1:], duration=20)
    assert refused("bomb.gif", drawn.getvalue()) == "too many frames for its size"


# Other files


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"<html>"), ("x.mp4", b"<script>"), ("x.webm", b"RIFF"), ("x.mp3", b"MZ\x90"),
        ("x.docx", b"PK\x03\x04 broken"), ("x.docx", archive("a.txt")),
        ("x.docx", archive("[Content_Types].xml", "word/vbaProject.bin")),
        ("x.odt", archive("content.xml")), ("x.zip", b"not an archive"),
        ("x.txt", b"MZ\x00\x00"), ("x.csv", b"\x7fELF\x00"), ("x.json", b"{\x00}"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_suffix_says_is_refused(name: str, content: bytes) -> None:
    assert "content" in refused(name, content)


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.signatures.MAX_UNPACKED_BYTES", 1_000)
    assert refused("bomb.zip", archive("a", "b", size=600))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"%PDF-1.7\n"), ("x.docx", archive("[Content_Types].xml", "word/document.xml")),
        ("x.odt", archive("mimetype", "content.xml")), ("x.zip", archive("anything")),
        ("x.txt", "Été".encode("latin-1")), ("x.csv", "a;é".encode("utf-16")),
        ("x.mp4", b"\0\0\0\x18ftypmp42"), ("x.webm", b"\x1aE\xdf\xa3"), ("x.mp3", b"ID3\x04"),
    ],
)  # fmt: skip
def test_a_file_that_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    assert inspect(name, content).filename == name


@pytest.mark.parametrize(
    "name", ["x.html", "x.js", "x.exe", "x.svgz", "x.xml", "x.php", "x", "x.docm", "x.png.html"]
)
def test_other_kinds_are_not_taken_whatever_they_hold(name: str) -> None:
    assert "not taken" in refused(name, picture())


@given(st.sampled_from([".pdf", ".zip", ".docx", ".mp3", ".txt", ".odt"]), st.binary(max_size=300))
def test_no_bytes_break_the_look_at_a_file(suffix: str, content: bytes) -> None:
    assert is_what_it_says(suffix, content) in {True, False}


# Names


def is_harmless(name: str) -> bool:
    is_plain = not set(name) & set("<>:\"/\\|?*;%&#`'{}$\n\r\t\0\u202e\u2066\u200b\ufeff")
    begins = name.partition(".")[0].lower() not in {"con", "nul", "aux", "prn", "lpt1", ""}
    return is_plain and begins and 0 < len(name) <= MAX_LENGTH and name == name.strip(" .-")


@given(st.text(max_size=300))
@example("x" * 99 + ".png")
@example("." * 200 + "png")
def test_no_name_keeps_what_could_harm(name: str) -> None:
    assert is_harmless(safe_name(name))
    assert safe_name(safe_name(name)) == safe_name(name)


def test_known_attacks_by_name_are_made_harmless() -> None:
    assert all(is_harmless(safe_name(each)) for each in NAMES)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Réglages d’été.PNG", "Réglages d’été.png"), ("../../a/lampe 2.jpg", "lampe 2.jpg"),
        ("x\u202egnp.exe", "xgnp.exe"), ("nul.txt", "file-nul.txt"), ("", "file"),
        ("日本語.png", "日本語.png"), ("C:\\Users\\ines\\plan.pdf", "plan.pdf"),
    ],
)  # fmt: skip
def test_a_good_name_stays_as_people_wrote_it(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


# Drawings

HARMFUL = [
    f"<script>{CALL}</script>", f"<x:script xmlns:x='http://www.w3.org/2000/svg'>{CALL}</x:script>",
    f"<script xmlns='http://www.w3.org/1999/xhtml'>{CALL}</script>",
    f"<g onload='{CALL}'/>", f"<rect ONCLICK='{CALL}'/>", f"<foreignObject><p onclick='{CALL}'/></foreignObject>",
    f"<a href='javascript:{CALL}'><text>x</text></a>", f"<a xlink:href=' java&#10;script:{CALL}'/>",
    "<use href='https://evil.example/x#y'/>", "<use href='data:image/svg+xml;base64,PHN2Zz4='/>",
    "<image href='https://evil.example/x.png'/>", "<image href='data:image/svg+xml,&lt;svg/&gt;'/>",
    "<image xlink:href='//evil.example/x'/>", "<feImage href='https://evil.example/x'/>",
    "<style>@import 'https://evil.example/x.css';</style>", "<style>*{fill:url(//evil.example/x)}</style>",
    "<style>@\\69mport 'https://evil.example'</style>", "<style>@font-face{src:url(https://evil.example)}</style>",
    "<style>*{background:image-set('https://evil.example/x' 1x)}</style>",
    "<rect style='fill:url(https://evil.example/#x)'/>", "<rect fill='url(https://evil.example/#x)'/>",
    "<rect style='f\\69ll:u\\72l(//evil.example)'/>", "<rect filter='url( \"https://evil.example\" )'/>",
    "<animate attributeName='href' values='javascript:1'/>", "<animate attributeName='xlink:href' to='x'/>",
    f"<animate attributeName='onclick' to='{CALL}'/>", f"<set attributeName='onload' to='{CALL}'/>",
    "<animate attributeName='style' to='fill:url(//evil.example)'/>", f"<animate onbegin='{CALL}'/>",
    "<iframe src='https://evil.example'/>", "<embed src='x'/>", "<object data='x'/>", "<audio src='x'/>",
    "<video src='x'/>", f"<handler type='text/ecmascript'>{CALL}</handler>", "<listener event='click'/>",
    "<html:img xmlns:html='http://www.w3.org/1999/xhtml' src='https://evil.example/x'/>",
    "<math xmlns='http://www.w3.org/1998/Math/MathML' href='javascript:1'/>", "<cursor href='//evil.example'/>",
    "<font-face-uri href='//evil.example'/>", "<tref href='//evil.example'/>", "<discard begin='0'/>",
    "<rect href='https://evil.example'/>", "<rect ping='https://evil.example'/>",
    "<linearGradient href='https://evil.example/#x'/>", "<pattern xlink:href='x.svg#y'/>",
    "<textPath href='https://evil.example/#x'>x</textPath>", "<mpath href='//evil.example/#x'/>",
]  # fmt: skip
SIGNS = ("__xss", "evil.example", "script", "foreignobject", "iframe", "onload", "svg+xml", "//")


@pytest.mark.parametrize("inside", HARMFUL)
def test_a_drawing_loses_what_could_run_or_load(inside: str) -> None:
    cleaned = clean_svg(SVG.format(f"<rect width='1'/>{inside}").encode())
    told = cleaned.decode().lower().replace("http://www.w3.org/", "")
    assert not [sign for sign in SIGNS if sign in told], told
    assert "rect" in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_a_drawing_that_declares_anything_is_refused_in_any_encoding(encoding: str) -> None:
    for declared in ('<!ENTITY x "y">', '<!ATTLIST svg onload CDATA "window.__xss=1">'):
        text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE svg [{declared}]>'
        with pytest.raises(UnsafeDrawing):
            clean_svg((text + SVG.format("<g/>")).encode(encoding))


def test_a_style_sheet_named_before_the_drawing_is_taken_out() -> None:
    named = b'<?xml-stylesheet href="https://evil.example/x.xsl" type="text/xsl"?>'
    assert b"evil" not in clean_svg(named + SVG.format("<g/>").encode())


def test_a_drawing_nested_without_end_is_refused() -> None:
    with pytest.raises(UnsafeDrawing, match="deep"):
        clean_svg(SVG.format("<g>" * 5_000 + "</g>" * 5_000).encode())


def test_a_harmless_drawing_comes_back_byte_for_byte() -> None:
    inside = (
        "<title>Plan</title><defs><linearGradient id='a'><stop offset='0' stop-color='red'/>"
        "</linearGradient><filter id='f'><feGaussianBlur stdDeviation='2'/></filter></defs>"
        "<style>.b{fill:url(#a)} @media print{.b{fill:none}}</style><g class='b' aria-label='x'>"
        "<use href='#a'/><path d='M0 0L9 9' filter='url(#f)'/><a href='#a'><text x='1'>x</text></a>"
        "<animate attributeName='opacity' values='0;1' dur='1s'/>"
        "<image href='data:image/png;base64,iVBORw0KGgo='/></g>"
    )
    drawing = SVG.format(inside).encode()
    assert clean_svg(drawing) == drawing


def test_a_drawing_under_another_name_is_no_picture() -> None:
    assert refused("plan.png", SVG.format("<g/>").encode()) == "not a readable image"
    assert refused("plan.svg", picture()) == "not a readable SVG"
