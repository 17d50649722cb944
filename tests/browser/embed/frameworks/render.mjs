// Prints the page of a project as its server would send it: node render.mjs FOLDER

import { readFileSync } from "node:fs";

const folder = new URL(`${process.argv[2]}/`, "file://");
const { render } = await import(new URL("server/server.js", folder));
const page = readFileSync(new URL("dist/index.html", folder), "utf8");
process.stdout.write(page.replace("<!--app-->", await render()));
