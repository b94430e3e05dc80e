"""Optional language models: the writer of answers, the judge and the drafts of evaluation speak to a
server through here. `settings` say where it is, `client` asks it within a budget.
"""
