"""Which folders are packages: found, so that none can be forgotten. All else stands in pyproject.toml.

lessons/ and assets/ stay at the top of the tree and become packages inside dltui. Each has an empty __init__.py:
without one setuptools leaves the data out of the wheel.
"""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["dltui", "dltui.*"]), "dltui.lessons", "dltui.assets"])
