"""Websites built with frameworks around the packed npm package, as a front-end engineer would begin one."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree

from portal.embed.views.package import PACKAGE

HERE = Path(__file__).parent
DOCS = HERE.parents[3] / "docs"
# Where `make proof` installs package.json. Projects below it find the frameworks, as Node looks upwards.
INSTALLED = HERE.parents[3] / "var/frameworks"
BIN = Path(sys.executable).parent  # Node is among what the tests install.
MEDIA_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class Project:
    """A project in `folder` that has the package from its tarball."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder / name
        copytree(HERE / name, self.folder)
        (self.folder / "package.json").write_text(json.dumps({"private": True, "type": "module"}))
        packed = run("npm", "pack", "--silent", "--pack-destination", folder, PACKAGE, cwd=folder).strip()
        quiet = ("--silent", "--offline", "--no-audit", "--no-fund", "--no-package-lock")
        run("npm", "install", *quiet, folder / packed, cwd=self.folder)

    def add_docs(self, page: str, language: str) -> None:
        """Each example in this language on this page of the docs, as a file of its own."""
        for number, text in enumerate(examples(page, language)):
            (self.folder / "src" / f"docs-{Path(page).stem}-{number}.{language}").write_text(text)

    def check_types(self, checker: str) -> None:
        run("node", tool(checker), "-p", ".", "--noEmit", cwd=self.folder)

    def build(self, server: str, portal: str) -> dict[str, tuple[str, str]]:
        """Each address of the built website, with media type and text. Its page is rendered by its server."""
        environment = {"VITE_PORTAL": portal, "NODE_ENV": "development"}
        vite = ("node", tool("vite"), "build", "--mode", "development")
        run(*vite, cwd=self.folder, **environment)
        run(*vite, "--ssr", server, "--outDir", "server", cwd=self.folder, **environment)
        page = run("node", HERE / "render.mjs", self.folder, cwd=self.folder, **environment)
        files = (path for path in (self.folder / "dist").rglob("*") if path.suffix in MEDIA_TYPES)
        built = {
            f"/{path.relative_to(self.folder / 'dist')}": (MEDIA_TYPES[path.suffix], path.read_text())
            for path in files
        }
        return built | {"/": ("text/html", page)}


def bundle(name: str) -> str:
    """A project's one script, with all that it needs."""
    with tempfile.TemporaryDirectory(dir=INSTALLED) as folder:
        project = copytree(HERE / name, Path(folder) / name)
        run("node", tool("vite"), "build", cwd=project)
        return (project / f"dist/{name}.js").read_text()


def library(path: str) -> str:
    """A file of a package."""
    return (INSTALLED / "node_modules" / path).read_text()


def examples(page: str, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text(), re.M | re.S)
    assert found, f"{page} has no examples in {language}"
    return found


def tool(name: str) -> Path:
    """The program of a package. The links to it in `.bin` are made by scripts of npm's own."""
    paths = {"tsc": "typescript/bin/tsc", "vue-tsc": "vue-tsc/bin/vue-tsc.js", "vite": "vite/bin/vite.js"}
    return INSTALLED / "node_modules" / paths[name]


def run(program: str, *arguments: str | Path, cwd: Path, **environment: str) -> str:
    command = [BIN / program, *arguments]
    path = f"{BIN}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603  A command of our own.
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
