"""A photo is judged by decoding it; people see copies that carry nothing but pixels."""

import struct
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from app.attachments import decoder, images
from app.attachments.images import Facts, ImageRefused, Reason
from app.core.apart import Apart, ProcessDied
from tests.attachments.pictures import LEFT, RIGHT, encoded, jpeg, mpo, notes, picture, png_header

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


class Table:
    """Where a test lays a photo and finds its copies."""

    def __init__(self, folder: Path) -> None:
        self.source, self.public, self.thumb = (folder / name for name in ("source", "public", "thumb"))

    def judge(self, data: bytes) -> Facts:
        self.source.write_bytes(data)
        mime = images.sniff(data[: images.HEADER_BYTES])
        return decoder.prepare(self.source, mime, self.public, self.thumb)

    def refusal(self, data: bytes) -> Reason:
        with pytest.raises(ImageRefused) as refused:
            self.judge(data)
        assert not self.public.exists(), "a refused photo leaves no copy"
        return refused.value.reason


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 24 for a, b in zip(colour, wanted, strict=True))


def sides(path: Path) -> tuple[object, object]:
    with Image.open(path) as image:
        middle = image.height // 2
        return image.getpixel((2, middle)), image.getpixel((image.width - 3, middle))


# what is taken


def test_a_photo_gets_a_public_copy_and_a_thumbnail_of_bounded_size(table: Table) -> None:
    assert table.judge(jpeg(2400, 1200)) == Facts("image/jpeg", 2400, 1200)
    with Image.open(table.public) as public, Image.open(table.thumb) as thumb:
        assert (public.format, public.mode, public.size) == ("JPEG", "RGB", (1920, 960))
        assert (thumb.format, thumb.mode, thumb.size) == ("JPEG", "RGB", (320, 160))
    assert near(sides(table.thumb)[0], LEFT)


def test_a_small_photo_is_not_blown_up(table: Table) -> None:
    table.judge(jpeg(64, 48))
    with Image.open(table.public) as public, Image.open(table.thumb) as thumb:
        assert public.size == thumb.size == (64, 48)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_stand_upright_whichever_way_the_phone_was_held(table: Table, orientation: int) -> None:
    stored = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that undoes each orientation
    image = picture(64, 48)
    if orientation in stored:
        image = image.transpose(Image.Transpose(stored[orientation]))
    facts = table.judge(encoded(image, "JPEG", quality=95, exif=notes(orientation)))
    assert (facts.width, facts.height) == (64, 48)
    left, right = sides(table.public)
    assert near(left, LEFT)
    assert near(right, RIGHT)


@pytest.mark.parametrize("copy", ["public", "thumb"])
@pytest.mark.parametrize("profile", [None, SRGB], ids=["plain", "with a profile"])
def test_copies_carry_no_exif_place_serial_comment_or_profile(table: Table, copy: str, profile: bytes | None) -> None:
    said = {"exif": notes(), "comment": b"SECRET-COMMENT", "xmp": b"<x>SECRET-XMP</x>", "dpi": (301, 301)}
    data = jpeg(icc_profile=profile, **said)
    assert data.count(b"SECRET") == 4
    table.judge(data)
    found = getattr(table, copy).read_bytes()
    assert b"SECRET" not in found
    assert b"Exif" not in found
    with Image.open(BytesIO(found)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_heic_photo_is_shown_as_jpeg_and_tells_when_and_where(table: Table) -> None:
    facts = table.judge(encoded(picture(), "HEIF", quality=90, exif=notes().tobytes()))
    assert (facts.mime, facts.width, facts.height) == ("image/heic", 64, 48)
    assert facts.capture.at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    with Image.open(table.public) as public:
        assert public.format == "JPEG"
    assert near(sides(table.public)[0], LEFT)
    assert b"SECRET" not in table.public.read_bytes()


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("JPEG", "L", {}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("PNG", "1", {}),
        ("PNG", "LA", {}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("HEIF", "RGBA", {}),
    ],
)
def test_every_way_to_keep_a_still_picture_is_taken(
    table: Table, form: str, mode: str, options: dict[str, bool]
) -> None:
    assert table.judge(encoded(picture(mode=mode), form, **options)).width == 64
    with Image.open(table.public) as public:
        assert (public.format, public.mode) == ("JPEG", "RGB")
    if mode in ("RGB", "CMYK", "P", "RGBA"):
        assert near(sides(table.public)[1], RIGHT)


def test_sixteen_bit_grey_keeps_its_greys(table: Table) -> None:
    image = Image.new("I;16", (64, 48), 20_000)
    table.judge(encoded(image, "PNG"))
    assert near(sides(table.public)[0], (78, 78, 78))


def test_what_is_transparent_becomes_white(table: Table) -> None:
    table.judge(encoded(Image.new("RGBA", (64, 48), (0, 0, 0, 0)), "PNG"))
    assert near(sides(table.public)[0], (255, 255, 255))


def test_a_transparent_palette_becomes_white(table: Table) -> None:
    image = Image.new("P", (64, 48), 0)
    image.putpalette([0, 0, 0])
    table.judge(encoded(image, "PNG", transparency=0))
    assert near(sides(table.public)[0], (255, 255, 255))


def test_of_a_photo_with_a_second_frame_the_first_is_shown(table: Table) -> None:
    assert table.judge(mpo()) == Facts("image/jpeg", 64, 48)


def test_a_broken_colour_profile_does_not_spoil_a_photo(table: Table) -> None:
    table.judge(jpeg(icc_profile=b"\x00" * 200))
    assert near(sides(table.public)[0], LEFT)


@pytest.mark.parametrize("declared", ["image/jpeg", "image/jpg", "IMAGE/JPEG; q=1", "", "application/octet-stream"])
def test_a_claim_that_agrees_or_says_nothing_calls_nothing_by_a_wrong_name(declared: str) -> None:
    assert not images.is_misnamed("image/jpeg", declared)


@pytest.mark.parametrize("declared", ["image/png", "image/heic", "text/html; charset=x", "jpg"])
def test_a_claim_that_differs_calls_it_by_a_wrong_name(declared: str) -> None:
    assert images.is_misnamed("image/jpeg", declared)


# when and where


def test_time_and_place_are_read_from_exif(table: Table) -> None:
    taken = table.judge(jpeg(exif=notes())).capture
    assert taken.at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert (taken.lon, taken.lat) == pytest.approx((111.92, 36.268333), abs=1e-6)


def test_a_time_without_zone_is_the_countys(table: Table) -> None:
    assert table.judge(jpeg(exif=notes(offset=None))).capture.at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def test_west_and_south_are_negative(table: Table) -> None:
    taken = table.judge(jpeg(exif=notes(sides=("W", "S")))).capture
    assert (taken.lon, taken.lat) == pytest.approx((-111.92, -36.268333), abs=1e-6)


def test_zero_zero_is_no_place(table: Table) -> None:
    taken = table.judge(jpeg(exif=notes(lon=(0.0, 0.0, 0.0), lat=(0.0, 0.0, 0.0)))).capture
    assert (taken.lon, taken.lat) == (None, None)


@pytest.mark.parametrize("lon", [(999.0, 0.0, 0.0), (IFDRational(1, 0), 0.0, 0.0)])
def test_a_place_off_the_earth_is_no_place(table: Table, lon: tuple[float, ...]) -> None:
    taken = table.judge(jpeg(exif=notes(lon=lon))).capture
    assert (taken.lon, taken.lat) == (None, None)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "1970:01:01 00:00:00", "yesterday"])
def test_a_clock_that_was_never_set_is_no_time(table: Table, taken: str) -> None:
    assert table.judge(jpeg(exif=notes(taken=taken))).capture.at is None


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what it makes of them; the server only logs it
@pytest.mark.parametrize(
    "exif", [b"Exif\x00\x00", b"Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff", b"Exif\x00\x00" + b"\xff" * 99]
)
def test_broken_exif_is_no_reason_to_lose_a_photo(table: Table, exif: bytes) -> None:
    assert table.judge(jpeg(exif=exif)) == Facts("image/jpeg", 64, 48)


# what is refused, and why


def test_an_empty_file_is_refused(table: Table) -> None:
    assert table.refusal(b"") == Reason.EMPTY


@pytest.mark.parametrize("data", [b"GIF89a" + b"\x00" * 40, b"<svg xmlns='x'/>", b"MZ" + b"\x00" * 40, b"\xff\xd8"])
def test_a_file_of_another_kind_is_refused(table: Table, data: bytes) -> None:
    assert table.refusal(data) == Reason.UNKNOWN


@pytest.mark.parametrize(
    "whole",
    [
        jpeg(320, 240),
        jpeg(320, 240, progressive=True),
        encoded(Image.effect_noise((320, 240), 60), "PNG"),
        encoded(Image.effect_noise((320, 240), 60).convert("RGB"), "WEBP"),
        encoded(Image.effect_noise((320, 240), 60).convert("RGB"), "HEIF"),
    ],
    ids=["jpeg", "progressive", "png", "webp", "heic"],
)
def test_a_cut_off_photo_is_refused(table: Table, whole: bytes) -> None:
    assert table.refusal(whole[: len(whole) // 2]) == Reason.BROKEN


def test_a_png_that_promises_a_picture_and_has_none_is_refused(table: Table) -> None:
    assert table.refusal(png_header(64, 48)) == Reason.BROKEN


@pytest.mark.parametrize("progressive", [False, True])
def test_what_the_largest_cameras_of_phones_make_is_taken(table: Table, progressive: bool) -> None:
    facts = table.judge(encoded(picture(12_032, 9_024, "L"), "JPEG", quality=30, progressive=progressive))
    assert (facts.width, facts.height) == (12_032, 9_024)
    with Image.open(table.public) as public:
        assert max(public.size) == images.PUBLIC_SIDE


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_fifty_megapixels_of_another_format_are_taken(table: Table, form: str) -> None:
    options = {"compress_level": 1} if form == "PNG" else {"lossless": True, "quality": 0, "method": 0}
    facts = table.judge(encoded(picture(8_192, 6_144, "L" if form == "PNG" else "RGB"), form, **options))
    assert (facts.width, facts.height) == (8_192, 6_144)


def test_too_many_pixels_are_refused_by_the_header_and_the_camera_is_spoken_of(table: Table) -> None:
    assert table.refusal(png_header(10_000, 5_201)) == Reason.PIXELS
    assert table.refusal(png_header(30_000, 30_000)) == Reason.PIXELS
    assert table.refusal(_taller(jpeg(), 65_000, 65_000)) == Reason.PIXELS
    text = images.TEXTS[Reason.PIXELS]
    assert "相机设置" in text
    assert "camera's settings" in text.en


def _taller(data: bytes, width: int, height: int) -> bytes:
    """Return a JPEG whose header promises another size."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def test_a_jpeg_that_lies_about_its_size_is_refused(table: Table) -> None:
    honest = jpeg(64, 48)
    assert table.refusal(honest.replace(b"\x00\x30\x00\x40", b"\xff\xdc\xff\xdc", 1)) == Reason.PIXELS


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_refused(table: Table, form: str) -> None:
    data = encoded(picture(), form, save_all=True, append_images=[picture(mode="L").convert("RGB")])
    assert table.refusal(data) == Reason.ANIMATED


def test_a_heif_sequence_is_refused(table: Table) -> None:
    assert table.refusal(b"\x00\x00\x00\x18ftypmsf1" + b"\x00" * 40) == Reason.ANIMATED


def test_a_text_bomb_in_a_png_is_refused(table: Table) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("note", "x" * 30_000_000, zip=True)
    assert table.refusal(encoded(picture(), "PNG", pnginfo=info)) == Reason.BROKEN


def limited(**limits: int) -> Apart:
    usual = {"memory_bytes": decoder.MEMORY_BYTES, "cpu_seconds": 15, "wait_seconds": 25}
    return Apart("app.attachments.decoder", 1, **{**usual, **limits})


def test_a_photo_that_takes_too_much_memory_is_refused_and_the_next_one_is_not(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as tight:
        tight.setattr(decoder, "_apart", limited(memory_bytes=1_048_576))
        assert table.refusal(encoded(picture(2_000, 1_500), "PNG")) == Reason.COSTLY
    assert table.judge(encoded(picture(2_000, 1_500), "PNG")).width == 2_000


def test_a_decoder_that_is_killed_or_out_of_time_says_nothing_of_the_photo(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limits in ({"wait_seconds": 0}, {"cpu_seconds": 0}):
        with monkeypatch.context() as tight:
            tight.setattr(decoder, "_apart", limited(**limits))
            with pytest.raises(ProcessDied):
                table.judge(encoded(picture(2_000, 1_500), "PNG"))
    assert table.judge(encoded(picture(2_000, 1_500), "PNG")).width == 2_000


def test_a_disk_that_fails_says_nothing_of_the_photo(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.public = table.public.parent / "gone" / "public"
    with pytest.raises(ProcessDied):
        table.judge(jpeg())
    with pytest.raises(FileNotFoundError):
        images.taken_of(table.source.parent / "gone", "image/jpeg")
