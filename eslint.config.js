// The rules for scripts that `make lint` checks, in addition to the types.

import js from "@eslint/js";
import globals from "globals";

const rules = {
  eqeqeq: "error",
  "no-implicit-coercion": "error",
  "no-shadow": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
  "max-lines": ["error", 200],
  "max-lines-per-function": ["error", 40],
  curly: ["error", "multi-line"],
};

export default [
  { ignores: [".venv*/", "var/", "node_modules/"] },
  js.configs.recommended,
  { rules },
  { files: ["static/**", "portal/**"], languageOptions: { globals: globals.browser } },
  {
    files: ["tests/scripts/**", "tests/browser/**", "docs/**"],
    languageOptions: { globals: globals.node },
  },
];
