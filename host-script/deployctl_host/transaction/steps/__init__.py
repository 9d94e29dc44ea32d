"""The steps of a transaction, one module each, named as the events name them."""
