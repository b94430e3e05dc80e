"""Optional language models behind evaluation: the judge and the drafts speak to a server through here.

`settings` say where it is, `client` asks it within a budget, `cache` keeps what it said.
"""
