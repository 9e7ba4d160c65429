"""Sphinx extensions of this site, one a module: what is copied or made from the repository when the site is built."""
