// Google's CSP Evaluator: reads a JSON list of policies, prints a JSON list of [policy, severity, directive, text].
import console from "node:console";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(`${process.argv[2]}/`);
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { Severity } = require("csp_evaluator/dist/finding.js");

const found = JSON.parse(readFileSync(0, "utf8")).flatMap((policy) =>
  new CspEvaluator(new CspParser(policy).csp)
    .evaluate()
    .map((finding) => [policy, Severity[finding.severity], finding.directive, finding.description]),
);
console.log(JSON.stringify(found));
