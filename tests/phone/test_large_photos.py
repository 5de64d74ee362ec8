"""No photo leaves the camera larger than the server takes, however little that is: smaller, or not at all."""

import json
import subprocess

import pytest

from app.phone import pages
from tests.support.node import node

CAMERA = 3_000_000  # bytes of a photo as it was made, 4000 pixels long
# a browser that decodes, or does not; a picture of so many pixels a side has as many thousand bytes, by its quality
SCRIPT = """
const [decodes, most] = JSON.parse(process.argv[2]);
if (decodes) globalThis.createImageBitmap = async () => ({ width: 4000, height: 3000, close() {} });
globalThis.document = { createElement: () => ({
  getContext: () => ({ drawImage() {} }),
  toBlob(done, type, quality) { done(new Blob([new Uint8Array(Math.round(this.width * 1000 * quality))], { type })); },
}) };
const { takeIn, TooLarge } = await import("./photos.js");
const file = new File([new Uint8Array(CAMERA)], "1.jpg", { type: "image/jpeg", lastModified: 1 });
try {
  const photo = await takeIn(file, ...(most === null ? [] : [most]));
  console.log(JSON.stringify({ size: photo.blob.size, whole: Boolean(photo.whole), original: photo.original?.size }));
} catch (error) {
  if (!(error instanceof TooLarge)) throw error;
  console.log(JSON.stringify("too large"));
}
""".replace("CAMERA", str(CAMERA))


@pytest.fixture
def take_in(tmp_path):
    """What becomes of a photo on a phone that decodes pictures or not, beside a server that takes so much."""
    for name in ("photos.js", "answers.js", "ids.js", "terms.js"):
        (tmp_path / name).write_text((pages.STATIC / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "hash.js").write_text('export const sha256 = async () => "-";', encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "call.js").write_text(SCRIPT, encoding="utf-8")

    def take_in(*, decodes, most):
        command = [*node(), tmp_path / "call.js", json.dumps([decodes, most])]
        return json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60).stdout)

    return take_in


def test_photos_are_made_as_small_as_the_server_takes(take_in):
    usual, little = take_in(decodes=True, most=None), take_in(decodes=True, most=100_000)
    assert 100_000 < usual["size"] <= 400 * 1024
    assert usual["original"] == CAMERA
    assert little == {"size": little["size"], "whole": False}
    assert little["size"] <= 100_000


def test_what_cannot_be_made_smaller_goes_out_whole_or_is_refused_at_once(take_in):
    assert take_in(decodes=False, most=None) == {"size": CAMERA, "whole": True}
    assert take_in(decodes=False, most=CAMERA) == {"size": CAMERA, "whole": True}
    assert take_in(decodes=False, most=CAMERA - 1) == "too large"
    assert take_in(decodes=True, most=500) == "too large"  # not even one pixel is so small
