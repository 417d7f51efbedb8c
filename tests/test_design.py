"""What the design promises: contrast, weight, no inline style or script, and a gallery that everyone can use."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import Context, Engine
from playwright.sync_api import Browser, Page

from tests.design import gallery

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
THEMES = {"light": 0, "dark": 1}
DRAWINGS = STATIC / "illustrations"

PAPERS = ["paper", "paper-raised", "paper-sunk"]
STATUSES = ["met", "way", "soon", "missing", "lingon"]
TEXT_PAIRS = [
    *((ink, paper) for ink in ("ink", "ink-soft", "link", *STATUSES) for paper in PAPERS),
    *((ink, f"{status}-paper") for status in STATUSES for ink in ("ink", "ink-soft", status)),
    ("cloudberry-ink", "cloudberry"),
    ("cloudberry-ink", "cloudberry-press"),
    ("paper", "ink"),
]
# What shows where a control is or which state it has, and the ring around what has focus.
SHAPE_PAIRS = [
    *((shape, paper) for shape in ("edge", "cloudberry-edge", "link") for paper in PAPERS),
    *(("link", f"{status}-paper") for status in STATUSES),
]


def colours(theme: str) -> dict[str, str]:
    """Return every colour token of a theme, read from the style sheet itself."""
    css = (STATIC / "css" / "foundation.css").read_text(encoding="utf-8")
    found = re.findall(r"--([a-z-]+):\s*(?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));", css)
    return {name: both or (light, dark)[THEMES[theme]] for name, light, dark, both in found}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_text_and_paper_reaches_seven_to_one(theme: str) -> None:
    palette = colours(theme)
    weak = {(ink, paper): contrast(palette[ink], palette[paper]) for ink, paper in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 7} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_edge_and_focus_ring_reaches_three_to_one(theme: str) -> None:
    palette = colours(theme)
    weak = {(shape, paper): contrast(palette[shape], palette[paper]) for shape, paper in SHAPE_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_every_colour_is_a_token() -> None:
    """A colour outside the tokens would escape the contrast test and one of the themes."""
    elsewhere = [path for path in (STATIC / "css").glob("*.css") if path.name not in ("foundation.css", "print.css")]
    loose = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text("utf-8")) for path in elsewhere
    }
    assert {name: found for name, found in loose.items() if found} == {}


def _zipped(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def test_the_css_of_a_page_is_at_most_12_kb_compressed() -> None:
    """A page loads the three shared sheets and at most one of its own."""
    shared = {STATIC / "css" / name for name in ("foundation.css", "components.css", "print.css")}
    own = [_zipped(path) for path in (STATIC / "css").glob("*.css") if path not in shared]
    assert _zipped(*shared) + max(own, default=0) <= 12_000


def test_the_frame_of_a_page_leaves_most_of_100_kb_to_the_content() -> None:
    css, fonts = STATIC / "css", sorted((STATIC / "fonts").glob("*-latin.woff2"))
    frame = [
        css / "foundation.css",
        css / "components.css",
        STATIC / "js" / "larnara.js",
        STATIC / "icons" / "sprite.svg",
    ]
    assert _zipped(*frame, STATIC / "brand" / "mark.svg") + sum(font.stat().st_size for font in fonts) <= 40_000


def test_what_others_made_keeps_its_licence() -> None:
    for folder in ("fonts", "icons", "vendor/htmx-2.0.11"):
        assert (STATIC / folder / "LICENSE").stat().st_size > 500, folder


def test_no_template_has_inline_style_or_script() -> None:
    """The content security policy refuses them, so they would be broken, not only untidy."""
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|href=\"javascript:", re.IGNORECASE)
    pages = [path for path in TEMPLATES.rglob("*.html") if "wagtailadmin" not in path.parts]
    assert [str(path) for path in pages if inline.search(path.read_text(encoding="utf-8"))] == []


def test_every_component_opens_with_its_variables() -> None:
    silent = [
        path.name
        for path in (TEMPLATES / "components").glob("*.html")
        if not path.read_text(encoding="utf-8").startswith("{% comment %}")
    ]
    assert silent == []


def test_every_component_is_in_the_documentation_or_part_of_one_that_is() -> None:
    documented = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    used = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    unknown = [
        path.name
        for path in (TEMPLATES / "components").glob("*.html")
        if f"`{path.name}`" not in documented and f'"components/{path.name}"' not in used
    ]
    assert unknown == []


def test_the_sprite_holds_every_icon_that_is_named() -> None:
    sprite = ElementTree.parse(STATIC / "icons" / "sprite.svg").getroot()
    has = {symbol.get("id") for symbol in sprite}
    templates = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    asked = set(re.findall(r'(?:components/icon\.html" with name="|\{\{ sprite \}\}#)([a-z-]+)"', templates))
    assert asked - has == set()


def test_every_focus_area_has_its_drawing() -> None:
    framework = json.loads((ROOT / "competency" / "data" / "competency_framework.json").read_text(encoding="utf-8"))
    missing = [area["code"] for area in framework["focus_areas"] if not (DRAWINGS / f"{area['code']}.svg").exists()]
    assert missing == []


@pytest.mark.parametrize("path", sorted(DRAWINGS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_drawing_is_well_formed_small_and_made_for_both_themes(path: Path) -> None:
    drawing = ElementTree.parse(path).getroot()
    assert drawing.get("viewBox") == "0 0 640 360"
    assert "prefers-color-scheme:dark" in path.read_text(encoding="utf-8")
    assert _zipped(path) <= 2_500


def test_the_frame_renders_without_any_context() -> None:
    html = Engine.get_default().get_template("base.html").render(Context({}))
    assert 'id="main"' in html


def test_the_theme_of_the_cookie_is_on_the_page_and_nothing_else_can_get_there() -> None:
    base = Engine.get_default().get_template("base.html")

    def page(theme: str) -> str:
        return base.render(Context({"request": {"COOKIES": {"theme": theme}}})).partition("<head>")[0]

    assert 'data-theme="dark"' in page("dark")
    assert 'data-theme="light"' in page("light")
    assert "data-theme" not in page('x" onload="alert(1)')


# --- In a real browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery.served(gallery.pages()) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = context.new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()


@pytest.mark.journey
@pytest.mark.parametrize(
    ("name", "theme"),
    [
        ("gallery", "light"),
        ("gallery", "dark"),
        ("team", "light"),
        ("team", "dark"),
        ("signin", "light"),
        ("broken", "dark"),
    ],
)
def test_axe_finds_nothing_even_at_seven_to_one(visitor: Page, address: str, name: str, theme: str) -> None:
    visitor.emulate_media(color_scheme=theme)
    visitor.goto(f"{address}/{name}/")
    found = Axe().run(visitor, options={"rules": {"color-contrast-enhanced": {"enabled": True}}})
    assert found.violations_count == 0, found.generate_report()
    assert visitor.problems == []  # the content security policy refused nothing


@pytest.mark.journey
@pytest.mark.parametrize("name", ["gallery", "team", "signin", "lost", "broken"])
def test_nothing_scrolls_sideways_at_320_px_nor_with_double_text(visitor: Page, address: str, name: str) -> None:
    visitor.set_viewport_size({"width": 320, "height": 640})
    visitor.goto(f"{address}/{name}/")
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.evaluate(wider) <= 0
    visitor.set_viewport_size({"width": 640, "height": 1280})
    visitor.evaluate("document.documentElement.style.fontSize = '200%'")
    assert visitor.evaluate(wider) <= 0


@pytest.mark.journey
@pytest.mark.parametrize("width", [360, 1280])
def test_every_target_is_44_px_unless_it_stands_in_a_sentence(visitor: Page, address: str, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.goto(f"{address}/gallery/")
    small = visitor.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, input")].filter((target) => {
            const whole = target.closest("label") ?? target;
            const { width, height } = whole.getBoundingClientRect();
            const inSentence = target.matches("p a, .prose a, .card-link, .skip, h3 a");
            return width && !inSentence && (height < 43.5 || width < 43.5);
        }).map((target) => target.outerHTML.slice(0, 120))"""
    )
    assert small == []


@pytest.mark.journey
def test_the_error_summary_takes_focus_and_leads_to_the_field(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}/signin/")
    assert visitor.evaluate("document.activeElement.className") == "error-summary"
    visitor.get_by_role("alert").get_by_role("link").first.click()
    assert visitor.evaluate("document.activeElement.id") == "id_email"
    described = visitor.locator("#id_email").get_attribute("aria-describedby") or ""
    assert [visitor.locator(f"[id='{part}']").count() for part in described.split()] == [1, 1]


@pytest.mark.journey
def test_the_theme_is_changed_at_once_and_kept(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}/signin/")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    visitor.locator("button[name=theme][value=dark]").click()
    assert visitor.evaluate(paper) == "rgb(16, 32, 28)"
    assert [cookie["value"] for cookie in visitor.context.cookies() if cookie["name"] == "theme"] == ["dark"]
    assert visitor.locator("button[name=theme][aria-pressed=true]").get_attribute("value") == "dark"


@pytest.mark.journey
def test_the_menu_opens_from_the_keyboard_and_closes_on_escape(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}/gallery/")
    menu = visitor.locator("details.person-menu")
    menu.locator("summary").focus()
    visitor.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    assert menu.get_by_text("Östra Sundåkers kommun").is_visible()
    visitor.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert visitor.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.journey
def test_the_first_tab_skips_to_the_content(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}/team/")
    visitor.keyboard.press("Tab")
    assert visitor.evaluate("document.activeElement.className") == "skip"
    visitor.keyboard.press("Enter")
    assert visitor.evaluate("document.activeElement.id") == "main"


@pytest.mark.journey
def test_nothing_that_has_focus_hides_behind_the_bar(visitor: Page, address: str) -> None:
    """WCAG 2.2, 2.4.11: walks through the whole team page by keyboard."""
    visitor.goto(f"{address}/team/")
    hidden = []
    for _ in range(60):
        visitor.keyboard.press("Tab")
        hidden += visitor.evaluate(
            """() => {
                const at = document.activeElement, bar = document.querySelector(".site-menu");
                if (at === document.body || bar.contains(at) || at.matches(".table-region")) return [];
                const bottom = at.getBoundingClientRect().bottom, edge = bar.getBoundingClientRect().top;
                return bottom > edge + 1 ? [at.outerHTML.slice(0, 90)] : [];
            }"""
        )
    assert hidden == []


@pytest.mark.journey
def test_a_part_is_swapped_without_style_or_eval_and_takes_focus(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}/swap/")
    visitor.get_by_role("button", name="Byt").click()
    visitor.get_by_text("Det nya.").wait_for()
    assert visitor.evaluate("document.activeElement.textContent") == "Det nya."
    assert visitor.problems == []  # type: ignore[attr-defined]


@pytest.mark.journey
def test_a_password_can_be_looked_at_but_is_sent_as_one(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}/signin/")
    secret = visitor.locator("#id_password")
    visitor.locator(".reveal button").click()
    assert secret.get_attribute("type") == "text"
    visitor.locator(".reveal button").click()
    assert secret.get_attribute("type") == "password"


@pytest.mark.journey
def test_nothing_moves_when_the_font_arrives(visitor: Page, address: str) -> None:
    """The fallback has the metrics of the font, so text keeps its lines and the page its height."""
    visitor.set_viewport_size({"width": 1280, "height": 900})
    visitor.goto(f"{address}/lost/")
    with_font = visitor.locator("main").bounding_box()
    visitor.route("**/*.woff2", lambda route: route.abort())
    visitor.goto(f"{address}/lost/?again")
    without_font = visitor.locator("main").bounding_box()
    assert with_font is not None
    assert without_font is not None
    assert abs(with_font["height"] - without_font["height"]) <= 2
