"""What support needs when a customer calls: the state of their account, and what is under way and why. Never a word.

`view` is the page; each other module makes one section of it. Nothing here calls the API, except at the press of a
button.
"""
