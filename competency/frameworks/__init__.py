"""Frameworks as living documents: their versions, what took over from what, and files to and from them."""
