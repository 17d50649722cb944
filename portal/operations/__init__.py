"""What operators need to know about the whole installation: is everything well, and what is to be done where it is not.

It looks at every other part of the portal, and none of them imports it.
"""
