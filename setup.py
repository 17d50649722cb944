"""What pyproject.toml cannot say: a wheel also holds templates/ and static/, in the folder `portal/packed`."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["inbox", "inbox.*", "portal", "portal.*"]),
        "portal.packed.static",
        "portal.packed.templates",
    ],
    package_dir={"portal.packed.static": "static", "portal.packed.templates": "templates"},
    package_data={
        "portal.packed.static": ["**/*"],
        "portal.packed.templates": ["**/*"],
        "portal.demo": ["mail/*"],
        "portal.demo.website": ["static/**/*", "templates/**/*"],
        "portal.embed": ["package/*"],
        "portal.sandbox": ["openapi.json"],
    },
)
