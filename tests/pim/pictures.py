"""Pictures made here, whole files: PNG squares of one shade, and JPEG squares of grey blocks."""
import base64
import struct
import zlib


def png(side, shade):
    """A square of one shade of grey as PNG."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    lines = (b"\0" + bytes([shade]) * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def jpeg(shades):
    """Blocks of eight by eight, each of one shade, side by side, as baseline JPEG: a block is its mean alone."""
    def part(marker, data):
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
    quantities = part(0xDB, b"\0" + b"\x08" * 64)
    frame = part(0xC0, struct.pack(">BHHB", 8, 8, 8 * len(shades), 1) + bytes([1, 0x11, 0]))
    # A code of four bits for each number of bits that a difference may have; one code that ends a block.
    means = part(0xC4, bytes([0x00, 0, 0, 0, 12, *[0] * 12, *range(12)]))
    rest = part(0xC4, bytes([0x10, 1, *[0] * 15, 0]))
    scan = part(0xDA, bytes([1, 1, 0, 0, 63, 0]))
    bits, before = "", 0
    for shade in shades:
        difference, before = shade - 128 - before, shade - 128
        size = abs(difference).bit_length()
        bits += f"{size:04b}"
        if size:
            bits += f"{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}"
        bits += "0"
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    return b"\xff\xd8" + quantities + frame + means + rest + scan + data + b"\xff\xd9"


def content(name, number):
    """An entry's content; the number decides the picture, and whether it is PNG or JPEG."""
    if number % 2:
        kind, data = "jpeg", jpeg([(number * 37 + 11 * at) % 256 for at in range(3)])
    else:
        kind, data = "png", png(16, number * 53 % 256)
    return {"base64_encoded_data": base64.b64encode(data).decode(), "type": f"image/{kind}", "name": f"{name}.{kind}"}
