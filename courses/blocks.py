"""The building blocks of a module, each with its meaning: a checklist is a list, a case has questions, a film has a
transcript. How they look is the components' business."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText, expand_db_html
from wagtail.snippets.blocks import SnippetChooserBlock

TEXT_FEATURES = ["h3", "bold", "italic", "ul", "ol", "link"]
PASSAGE_FEATURES = ["bold", "italic", "ul", "ol", "link"]
LINE_FEATURES = ["bold", "italic"]

FOCUS_AREAS = {
    "egenvard": _("Self-care"),
    "personcentrering": _("Person-centred care"),
    "digitalisering": _("Digital work"),
    "halsoframjande": _("Health and prevention"),
    "kompetensutveckling": _("Skills and learning"),
    "samverkan": _("Working together"),
}
SINGLE_PARAGRAPH = re.compile(r"^\s*<p(?: [^>]*)?>((?:(?!<p[ >]).)*)</p>\s*$", re.DOTALL)
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6


def html_of(text: RichText) -> SafeString:
    """Return rich text as HTML; the editor's and the importer's filters have left only what its features allow."""
    return mark_safe(expand_db_html(text.source))


class RichBlock(blocks.RichTextBlock):
    """Rich text whose template gets ready HTML as `body`."""

    features: list[str] = PASSAGE_FEATURES

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=self.features, **kwargs)

    def get_context(self, value: RichText, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {**super().get_context(value, parent_context=parent_context), "body": html_of(value)}


class BodyBlock(blocks.StructBlock):
    """A block whose template gets the HTML of its rich text (the child named `rich`) as `body`."""

    rich = "body"

    def get_context(self, value: Mapping[str, Any], parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {**super().get_context(value, parent_context=parent_context), "body": html_of(value[self.rich])}


class TextBlock(RichBlock):
    features = TEXT_FEATURES

    def get_context(self, value: RichText, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return context | {"body": raised_headings(context["body"])}

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/text.html"


def raised_headings(html: str) -> SafeString:
    """Return `html` with h3 as h2: editors write h3, and on the page nothing stands between the title and the text."""
    return mark_safe(html.replace("<h3", "<h2").replace("</h3>", "</h2>"))


class PictureBlock(blocks.StructBlock):
    """A photograph or drawing of the educator's own; what it shows is always said in words too."""

    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("What the image shows"),
        help_text=_("Read aloud to whoever cannot see the image. Say what matters in it. Never show a patient."),
        max_length=300,
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/image.html"


class IllustrationBlock(blocks.StructBlock):
    """A wish for a picture: until it is made, the drawing of the focus area with the wish as its caption."""

    idea = blocks.TextBlock(label=_("What the picture should show"), rows=3, max_length=600)
    focus_area = blocks.ChoiceBlock(choices=list(FOCUS_AREAS.items()), label=_("Drawing"))

    class Meta:
        icon = "image"
        label = _("Illustration")
        template = "blocks/illustration.html"


class FactBoxBlock(BodyBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    body = blocks.RichTextBlock(label=_("Text"), features=PASSAGE_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "blocks/fact_box.html"


class CaseBlock(BodyBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    body = blocks.RichTextBlock(
        label=_("What happens"), features=PASSAGE_FEATURES, help_text=_("Invented people only, never a real patient.")
    )
    questions = blocks.ListBlock(blocks.CharBlock(max_length=300), label=_("Questions to talk about"))

    class Meta:
        icon = "group"
        label = _("Case")
        template = "blocks/case.html"


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    items = blocks.ListBlock(blocks.RichTextBlock(features=LINE_FEATURES, label=_("Step")), label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Checklist")
        template = "blocks/checklist.html"

    def get_context(self, value: Mapping[str, Any], parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        steps = [without_paragraph(html_of(step)) for step in value["items"]]
        return {**super().get_context(value, parent_context=parent_context), "steps": steps}


def without_paragraph(html: str) -> SafeString:
    """Return the inside of a line that the editor stored as one paragraph."""
    return mark_safe(SINGLE_PARAGRAPH.sub(r"\1", html))


class TipBlock(RichBlock):
    class Meta:
        icon = "pick"
        label = _("Tip")
        template = "blocks/tip.html"


class ReflectionBlock(RichBlock):
    class Meta:
        icon = "comment"
        label = _("Reflection")
        template = "blocks/reflection.html"


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    is_correct = blocks.BooleanBlock(label=_("This is the right answer"), required=False)
    feedback = blocks.CharBlock(
        label=_("Feedback on this answer"),
        required=False,
        max_length=600,
        help_text=_("Shown to whoever chose it, before the feedback on the question."),
    )

    class Meta:
        icon = "radio-empty"
        label = _("Answer")


class QuestionBlock(blocks.StructBlock):
    """One right answer among two to six. Asked at the end of its module, wherever it stands in the list."""

    text = blocks.TextBlock(label=_("Question"), rows=2, max_length=600)
    options = blocks.ListBlock(
        OptionBlock(),
        label=_("Answers"),
        min_num=FEWEST_OPTIONS,
        max_num=MOST_OPTIONS,
        default=[{"text": "", "is_correct": False, "feedback": ""}] * FEWEST_OPTIONS,
        help_text=_("Two to six. Tick the right one."),
    )
    feedback = blocks.TextBlock(
        label=_("Feedback"), rows=3, max_length=1200, help_text=_("Shown whichever answer was chosen: say why.")
    )

    class Meta:
        icon = "help"
        label = _("Question")

    def clean(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A draft may hold half a question; whole it must be when it goes live."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if problem := option_problem([(option["text"], option["is_correct"]) for option in cleaned["options"]]):
            raise StructBlockValidationError(block_errors={"options": ValidationError(problem)})
        return cleaned


def option_problem(options: list[tuple[str, bool]]) -> str | None:
    """Return what is wrong with a question's answers as (text, is right), or None."""
    texts = [text.strip().casefold() for text, _right in options]
    if len(set(texts)) < len(texts):
        return _("Two answers say the same. Change one of them.")
    if sum(right for _text, right in options) != 1:
        return _("Mark exactly one answer as the right one.")
    return None


class PlayedBlock(BodyBlock):
    """Something to play, with all of it in words. Its files are told apart by the ends of their names (`kinds`): a
    browser plays no other in that place."""

    rich = "transcript"
    kinds: Mapping[str, tuple[str, ...]] = {}

    def clean(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        cleaned = super().clean(value)
        if wrong := {child: problem for child in self.kinds if (problem := self._problem(child, cleaned[child]))}:
            raise StructBlockValidationError(block_errors=wrong)
        return cleaned

    def _problem(self, child: str, file: Any) -> ValidationError | None:
        if file is None or file.file_extension.lower() in self.kinds[child]:
            return None
        kinds = ", ".join(self.kinds[child])
        return ValidationError(_("Choose a file of one of these kinds: %(kinds)s.") % {"kinds": kinds})


class VideoBlock(PlayedBlock):
    kinds = {"file": ("mp4", "webm"), "captions": ("vtt",)}

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    file = DocumentChooserBlock(label=_("Film (mp4 or webm)"))
    captions = DocumentChooserBlock(
        label=_("Captions (vtt)"), required=False, help_text=_("Needed as soon as anyone speaks in the film.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"), features=PASSAGE_FEATURES, help_text=_("All that is said and shown, in words.")
    )

    class Meta:
        icon = "media"
        label = _("Film")
        template = "blocks/video.html"


class AudioBlock(PlayedBlock):
    kinds = {"file": ("mp3", "m4a")}

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    file = DocumentChooserBlock(label=_("Sound (mp3 or m4a)"))
    transcript = blocks.RichTextBlock(
        label=_("Transcript"), features=PASSAGE_FEATURES, help_text=_("All that is said, in words.")
    )

    class Meta:
        icon = "media"
        label = _("Sound")
        template = "blocks/audio.html"


class TermBlock(SnippetChooserBlock):
    """Refers to the one shared glossary entry, which is laid in on each reading and so changes everywhere at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("courses.GlossaryTerm", **kwargs)

    class Meta:
        icon = "openquote"
        label = _("Glossary term")
        template = "blocks/term.html"

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return context | {"body": html_of(RichText(value.explanation))}


class ModuleBody(blocks.StreamBlock):
    text = TextBlock()
    fact_box = FactBoxBlock()
    checklist = ChecklistBlock()
    case = CaseBlock()
    tip = TipBlock()
    reflection = ReflectionBlock()
    image = PictureBlock()
    illustration = IllustrationBlock()
    video = VideoBlock()
    audio = AudioBlock()
    term = TermBlock()
    question = QuestionBlock()


class SourceBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Source"), max_length=300)
    url = blocks.URLBlock(label=_("Link"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Source")


class SourceList(blocks.StreamBlock):
    source = SourceBlock()


class TakeawayList(blocks.StreamBlock):
    takeaway = blocks.CharBlock(label=_("To remember"), max_length=300, icon="tick")
