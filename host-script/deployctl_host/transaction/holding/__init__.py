"""Held releases: started beside the live one, and promoted or abandoned later."""
