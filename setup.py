"""Which packages go into the wheel. The screens' templates live beside the code and are installed inside the portal."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["portal*", "matching*", "schemes*"]), "portal.templates"],
    package_dir={"portal.templates": "templates"},
)
