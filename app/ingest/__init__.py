"""How does a bundle come into a base: read, checked, compared, applied?"""
