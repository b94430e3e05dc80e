"""People and what they may do: accounts, signed-in sessions. No web here: the command line uses it, too."""

from ui.accounts.accounts import Accounts
from ui.accounts.model import AccountSettings, Session, User, Wait

__all__ = ["AccountSettings", "Accounts", "Session", "User", "Wait"]
