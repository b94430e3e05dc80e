"""People and what they may do: accounts, signed-in sessions. No web here: the command line uses it, too."""

from ui.accounts.accounts import Accounts
from ui.accounts.appeals import Appeal, Appeals
from ui.accounts.audit import Audit, Entry
from ui.accounts.history import History, Kept
from ui.accounts.keys import Key, Keys
from ui.accounts.model import AccountSettings, Session, User, Wait
from ui.accounts.retention import KeepSettings
from ui.accounts.usage import Usage, Used

__all__ = [
    "AccountSettings",
    "Accounts",
    "Appeal",
    "Appeals",
    "Audit",
    "Entry",
    "History",
    "KeepSettings",
    "Kept",
    "Key",
    "Keys",
    "Session",
    "Usage",
    "Used",
    "User",
    "Wait",
]
