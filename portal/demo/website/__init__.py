"""A company's website with the portal inside its pages, as an example. It uses only the portal's script.

`customers` has the company's customers, `tokens` the tokens with which the website signs them in to the portal, and
`identity` the name and the key under which the portal knows the website.
"""
