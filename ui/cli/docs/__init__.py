"""`zhixun docs`: the list of the library, and what staff do with its documents."""
