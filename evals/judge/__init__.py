"""An optional second opinion of a language model on support and fluency; off unless it is configured.

`settings` and `client` speak to the server, `prompt` is what is asked and how the reply is read,
`agreement` compares the judge with a small set labelled by hand, `judging` judges a whole run.
"""
