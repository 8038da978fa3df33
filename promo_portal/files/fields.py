"""A form's field for one file: judged when the form is, so that the person reads beside it what is wrong."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from promo_portal.core.formats import words
from promo_portal.core.forms import UploadInput
from promo_portal.files.content import FORMATS, IMAGES, PICTURE_FORMATS, TYPES, Refused, judge, judge_picture
from promo_portal.files.names import clean_name


class PrivateFileField(forms.FileField):
    """One document, checked by its content."""

    endings: ClassVar[tuple[str, ...]] = tuple(TYPES)
    formats: ClassVar[str] = FORMATS
    judge: ClassVar[Callable[..., Any]] = staticmethod(judge)

    def __init__(self, *, megabytes: int | None = None, **kwargs: Any) -> None:
        accept = ",".join(f".{ending}" for ending in self.endings)
        self.largest = settings.FILES_MAX_BYTES if megabytes is None else megabytes * 1_000_000
        megabytes = self.largest // 1_000_000
        kwargs.setdefault("widget", UploadInput(attrs={"accept": accept}, formats=self.formats, megabytes=megabytes))
        kwargs.setdefault("allow_empty_file", True)  # so that our own words tell of it
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if data:
            if data.size and data.size > self.largest:
                sizes = {"size": words.file_size(data.size), "most": words.file_size(self.largest)}
                text = _("This file has %(size)s and the limit is %(most)s.") % sizes
                raise ValidationError(text, code="refused")
            try:
                self.judge(clean_name(data.name or ""), data.file, data.size)
            except Refused as refusal:
                raise ValidationError(refusal.message, code="refused") from refusal
            except (OSError, ValueError, EOFError) as error:
                raise ValidationError(_("This file cannot be read. Save it again."), code="unreadable") from error
        return found


class PictureField(PrivateFileField):
    """One picture."""

    endings = tuple(IMAGES)
    formats = PICTURE_FORMATS
    judge = staticmethod(judge_picture)
