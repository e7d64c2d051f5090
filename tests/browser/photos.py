"""Pictures that a small team would send, painted here."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1_800, 1_200)
DAWN = ("#a7c4cf", "#cfdcd2", "#f8d6a6")
SEA = ("#9cbcc2", "#4c7686", "#3b6272")


def dawn() -> bytes:
    """A harbour in the morning."""
    image = Image.new("RGB", SIZE)
    _fade(image, DAWN, 0, 700)
    draw = ImageDraw.Draw(image)
    draw.ellipse((1_130, 510, 1_260, 640), "#fff6e4")
    draw.ellipse((300, 610, 1_150, 900), "#8ba3a8")
    draw.ellipse((-400, 540, 750, 1_000), "#5c7b8c")
    _fade(image, SEA, 700, SIZE[1])
    for top in (725, 780, 870, 990):
        draw.rectangle((0, top, SIZE[0], top + 10), "#c4cdbb")
    for left, top, high in ((420, 760, 190), (620, 800, 260), (900, 770, 210)):
        draw.polygon([(left, top), (left, top - high), (left + high // 2, top)], "#fbf6ea")
        draw.polygon(
            [(left - 60, top + 8), (left + 130, top + 8), (left + 90, top + 50), (left - 30, top + 50)], "#7a4a3a"
        )
    return _stored(image)


def card() -> bytes:
    """A printed card on a table."""
    image = Image.new("RGB", (1_200, 1_200), "#d9c9b0")
    draw = ImageDraw.Draw(image)
    draw.polygon([(210, 250), (960, 190), (1_010, 930), (250, 1_000)], "#bfae93")
    draw.polygon([(190, 220), (940, 160), (990, 900), (230, 970)], "#fbf8f2")
    draw.polygon([(190, 220), (940, 160), (960, 460), (205, 520)], "#c8735a")
    for number, right in enumerate((720, 640, 690)):
        draw.line([(280, 620 + 90 * number), (right, 585 + 90 * number)], "#3d4a52", 22)
    return _stored(image)


def hill() -> bytes:
    """A hill behind fields."""
    image = Image.new("RGB", (1_600, 1_000))
    _fade(image, ("#b9cbd6", "#dfe6de"), 0, 700)
    draw = ImageDraw.Draw(image)
    draw.ellipse((500, 380, 2_000, 1_500), "#3f5a48")
    draw.ellipse((-500, 560, 1_100, 1_600), "#69825a")
    return _stored(image)


PHOTOS = {"cover-dawn.jpg": dawn, "card-front.jpg": card, "hill.jpg": hill}


def _fade(image: Image.Image, colours: tuple[str, ...], top: int, bottom: int) -> None:
    """Fills the rows from top to bottom with one colour that becomes the next."""
    ramp = Image.new("RGB", (1, len(colours)))
    for row, colour in enumerate(colours):
        ramp.putpixel((0, row), tuple(bytes.fromhex(colour[1:])))
    image.paste(ramp.resize((image.width, bottom - top), Image.Resampling.BICUBIC), (0, top))


def _stored(image: Image.Image) -> bytes:
    body = BytesIO()
    image.save(body, "JPEG", quality=88)
    return body.getvalue()
