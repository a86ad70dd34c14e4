"""Pictures made lighter before they are kept: photographs as WebP, screenshots without loss.

Whatever was noted in the file beside the picture (place, camera, names) is left out; which side is up
and the colour profile are kept.
"""

import io
import warnings
from pathlib import PurePosixPath

from PIL import Image, ImageOps, UnidentifiedImageError

from articles.attachments import MAX_PIXELS

MAX_WIDTH, MAX_HEIGHT = 2_000, 8_000  # pixels: twice the column of text, for fine screens
PHOTO_QUALITY = 82  # of 100: no difference seen at reading distance
EFFORT = 4  # of 6; beyond it, seconds for one percent
PHOTOGRAPHS = {"JPEG", "WEBP", "AVIF", "MPO"}
SCREENSHOTS = {"PNG", "BMP", "TIFF"}
ORIENTATION = 0x0112


def compressed(filename: str, content: bytes) -> tuple[str, bytes]:
    """Return a picture as it is kept, and its name; any other file, or a damaged one, as it came.

    GIF, SVG and whatever moves stay as they are. Nothing ever gets larger, unless it has to be
    turned upright.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                return _lighter(filename, content, image)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return filename, content  # whoever checks the file says what is wrong with it


def _lighter(filename: str, content: bytes, image: Image.Image) -> tuple[str, bytes]:
    moves = getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
    if moves or image.width * image.height > MAX_PIXELS:
        return filename, content
    if image.format in PHOTOGRAPHS:
        return _photograph(filename, content, image)
    if image.format in SCREENSHOTS:
        return _screenshot(filename, content, image)
    return filename, content


def _photograph(filename: str, content: bytes, image: Image.Image) -> tuple[str, bytes]:
    is_turned = image.getexif().get(ORIENTATION, 1) != 1
    upright = ImageOps.exif_transpose(image)
    is_reduced = upright.width > MAX_WIDTH or upright.height > MAX_HEIGHT
    upright.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    made = _webp(upright, quality=PHOTO_QUALITY)
    if is_turned or is_reduced or len(made) < len(content):
        return _renamed(filename, ".webp"), made
    if image.format == "JPEG":
        return _renamed(filename, ".jpg"), _without_notes(image)
    return _renamed(filename, ".webp"), made


def _screenshot(filename: str, content: bytes, image: Image.Image) -> tuple[str, bytes]:
    if image.mode.startswith(("I", "F")):  # sixteen bits a channel: WebP knows eight
        return filename, content
    made = _webp(image, lossless=True)
    if len(made) < len(content) or image.format != "PNG":
        return _renamed(filename, ".webp"), made
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, icc_profile=image.info.get("icc_profile"))
    return _renamed(filename, ".png"), out.getvalue()


def _webp(image: Image.Image, *, quality: int = 60, lossless: bool = False) -> bytes:
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
    if image.mode not in {"RGB", "RGBA"}:
        has_holes = "A" in image.mode or "transparency" in image.info
        image = image.convert("RGBA" if has_holes else "RGB")
    out = io.BytesIO()
    image.save(
        out,
        "WEBP",
        quality=quality,
        lossless=lossless,
        method=EFFORT,
        exif=b"",
        xmp=b"",
        icc_profile=profile or b"",
    )
    return out.getvalue()


def _without_notes(image: Image.Image) -> bytes:
    """Return a JPEG with the very same picture, and nothing beside it but its colours."""
    out = io.BytesIO()
    options = {"quality": "keep", "exif": b"", "icc_profile": image.info.get("icc_profile")}
    image.info.pop("comment", None)
    image.save(out, "JPEG", **options)
    return out.getvalue()


def _renamed(filename: str, suffix: str) -> str:
    path = PurePosixPath(filename)
    same = {".jpg": {".jpg", ".jpeg"}}.get(suffix, {suffix})
    return filename if path.suffix.lower() in same else f"{path.stem or 'picture'}{suffix}"
