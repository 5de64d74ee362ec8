// What a browser gives our scripts, and what the libraries beside them leave in the window.
import js from "@eslint/js";
import globals from "globals";

const libraries = { L: "readonly", echarts: "readonly", htmx: "readonly", tus: "readonly" };

export default [
  { ignores: ["app/*/templates/"] },
  js.configs.recommended,
  {
    files: ["app/**/*.js"],
    languageOptions: { globals: { ...globals.browser, ...libraries } },
    rules: { "no-unused-vars": ["error", { ignoreRestSiblings: true }] },
  },
];
