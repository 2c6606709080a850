"""Pictures and files by paste, by drop, by choice and without a script, until they stand on their floor."""

from __future__ import annotations

import base64
import io
import re

from PIL import Image
from playwright.sync_api import expect

WORDS = "Your words, in Markdown"
ASK = "What is on it? For those who cannot see it."
GIVE = """
([name, type, content, kind]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const area = document.querySelector("#body");
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
  area.dispatchEvent(event);
}
"""


def picture(wide=900, high=600, colour="teal"):
    buffer = io.BytesIO()
    Image.new("RGB", (wide, high), colour).save(buffer, "PNG")
    return buffer.getvalue()


def give(page, kind, name, content, type="image/png"):
    page.evaluate(GIVE, [name, type, base64.b64encode(content).decode(), kind])


def loaded(image):
    """The picture is there, not only its frame."""
    expect(image).to_be_visible()
    image.evaluate("async (one) => { one.loading = 'eager'; await one.decode(); }")
    return image.evaluate("one => one.naturalWidth")


def test_a_picture_is_pasted_described_previewed_and_posted(visit, site, board):
    page = visit(site.person("Mina"))
    page.goto(f"/boards/{board}/new")
    page.get_by_label("Title", exact=True).fill("The gate at night")
    area = page.get_by_label(WORDS)
    area.fill("Look at this.")
    give(page, "paste", "image.png", picture())
    expect(area).to_have_value(re.compile(r"^Look at this\.\n\n!\[\]\(/files/\d+/image\.webp\)\n\n$"))
    about = page.get_by_label(ASK)
    expect(area).to_be_focused()  # who writes on is left alone
    assert loaded(page.locator(".seen img")) == 480
    about.fill("Gate 3, [shut]")
    expect(area).to_have_value(re.compile(r"\n!\[Gate 3, \\\[shut\\\]\]\(/files/\d+/image\.webp\)\n"))
    page.get_by_role("button", name="Preview").click()
    assert loaded(page.locator(".preview").get_by_role("img", name="Gate 3, [shut]")) == 900
    page.get_by_role("button", name="Say it").click()
    shown = page.locator("#p1 .says").get_by_role("img", name="Gate 3, [shut]")
    assert loaded(shown) == 900
    other = visit(site.person("Idris"))
    other.goto(page.url)
    assert loaded(other.locator("#p1 .says img")) == 900
    other.locator("#p1 .says a:has(img)").click()
    expect(other).to_have_url(re.compile(r"/files/\d+/image\.webp$"))


def test_files_are_dropped_chosen_and_refused_beside_the_field(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The list?"))
    page = visit(mina)
    page.goto(site.where(said))
    area = page.get_by_label("Your reply, in Markdown")
    area.fill("Here.")
    give(page, "drop", "spoons (final).csv", b"hot,cold\n12,41\n", "text/csv")
    expect(area).to_have_value(
        re.compile(r"^Here\.\n\n\[spoons \(final\)\.csv \(15 B\)\]\(/files/\d+/spoons%20%28final%29\.csv\)")
    )
    large = {"name": "long.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 10_000_001}
    page.get_by_label("Add pictures or files").set_input_files(large)
    expect(page.locator(".underway")).to_have_text("long.bin is larger than 10 MB, the most a file may be.")
    page.get_by_label("Add pictures or files").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": name.encode()} for name in ("a.txt", "b.txt")]
    )
    expect(area).to_have_value(re.compile(r"a\.txt \(5 B\)[^b]*\n\n\[b\.txt \(5 B\)"))
    page.get_by_role("button", name="Say it").click()
    link = page.locator("#p2 .says").get_by_role("link", name="spoons (final).csv (15 B)")
    with page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename == "spoons (final).csv"


def test_attaching_needs_no_script(visit, site, board):
    page = visit(site.person("Mina"), java_script_enabled=False)
    page.goto(f"/boards/{board}/new")
    page.get_by_label("Title", exact=True).fill("The gate by day")
    page.get_by_label(WORDS).fill("Look.")
    choice = page.get_by_label("Add pictures or files")
    choice.set_input_files({"name": "gate.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#file-error")).to_contain_text("This picture cannot be read.")
    expect(page.get_by_label(WORDS)).to_have_value("Look.")
    choice.set_input_files({"name": "gate.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_label(WORDS)).to_have_value(re.compile(r"^Look\.\n\n!\[\]\(/files/\d+/gate\.webp\)$"))
    page.get_by_role("button", name="Say it").click()
    assert page.locator("#p1 .says img").evaluate("one => one.naturalWidth") == 900
