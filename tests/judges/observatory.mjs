// MDN's HTTP Observatory, on ports of this machine: its command knows only 80 and 443. Prints the grade and what failed.
import console from "node:console";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [packages, http, https, path] = process.argv.slice(2);
const from = (module) => import(pathToFileURL(`${packages}/node_modules/@mdn/mdn-http-observatory/src/${module}.js`).href);
const { retrieve } = await from("retriever/retriever");
const { ALL_TESTS } = await from("constants");
const { getGradeForScore, getScoreDescription, getScoreModifier } = await from("grader/grader");
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await from("grader/charts");

const site = await retrieve("localhost", { httpPort: http, httpsPort: https, path });
const results = ALL_TESTS.map((test) => test(site)).filter((one) => one.result);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 100);
const modifiers = results.map((one) => getScoreModifier(one.result));
const withoutExtra = sum(modifiers.filter((number) => number < 0));
const score = withoutExtra >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(modifiers) : withoutExtra;
const failed = results.filter((one) => !one.pass).map((one) => `${one.result}: ${getScoreDescription(one.result)}`);
console.log(JSON.stringify({ ...getGradeForScore(score), tests: results.length, failed }));
