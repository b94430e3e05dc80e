"""Questions that a language model proposes from clauses, and rewords; every reply is checked by code.

`prompt` is what is asked and how a reply is read, `checks` what a proposal must satisfy, `writer`
asks the server, `propose` turns what passes into candidates.
"""
