"""The whole application over a scripted assistant, with browsers of each role."""

from tests.ui.web.conftest import app, assistant
from tests.ui.web.shell.conftest import browser_of

__all__ = ["app", "assistant", "browser_of"]
