"""QR codes."""

import segno

BORDER = 4  # modules of white around it, which readers of codes need
SCALE = 4  # pixels of a module


def image_of(url: str) -> str:
    """An address as a QR code, dark on white: an image as a data: address."""
    uri: str = segno.make_qr(url).svg_data_uri(border=BORDER, scale=SCALE, dark="#000", light="#fff")
    return uri
