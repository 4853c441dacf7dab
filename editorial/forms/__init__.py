"""The forms of the desk.  They carry text to and fro; what may be stored is the actions' to say."""

from editorial.forms.entry import RevisionForm
from editorial.forms.fields import TagsField
from editorial.forms.frame import CategoryForm, PassageForm
from editorial.forms.paper import PaperForm

__all__ = ["CategoryForm", "PaperForm", "PassageForm", "RevisionForm", "TagsField"]
