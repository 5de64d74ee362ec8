// Where scripts write words in quotes beside others: compared, listed, given under a name, as keys of a table.
// Takes the scripts' paths as JSON from standard input; answers a list of {path, line, how, name, words}.

import { readFileSync } from "node:fs";
import { parse } from "espree";

const COMPARED = ["===", "!==", "==", "!="];
const OPTIONS = { ecmaVersion: "latest", sourceType: "module", loc: true, range: true };

const wordOf = (node) => (node?.type === "Literal" && typeof node.value === "string" ? node.value : null);
const wordsOf = (nodes) => nodes.map(wordOf);

function* within(node) {
  if (!node || typeof node.type !== "string") return;
  yield node;
  for (const part of Object.values(node).flat()) if (part && typeof part === "object") yield* within(part);
}

function* found(node, text) {
  const named = (part) => text.slice(...part.range);
  if (node.type === "BinaryExpression" && COMPARED.includes(node.operator)) {
    yield { how: "compared", name: named(node.left), words: [wordOf(node.right)] };
    yield { how: "compared", name: named(node.right), words: [wordOf(node.left)] };
  }
  if (node.type === "SwitchStatement")
    yield { how: "compared", name: named(node.discriminant), words: wordsOf(node.cases.map((one) => one.test)) };
  if (node.type === "ArrayExpression") yield { how: "listed", name: "", words: wordsOf(node.elements) };
  if (node.type === "ConditionalExpression")
    yield { how: "listed", name: "", words: wordsOf([node.consequent, node.alternate]) };
  if (node.type === "ObjectExpression") {
    const entries = node.properties.filter((one) => one.key && !one.computed && !one.shorthand);
    yield { how: "keys", name: "", words: entries.map(({ key }) => key.name ?? String(key.value)) };
    for (const { key, value } of entries)
      yield { how: "given", name: key.name ?? String(key.value), words: [wordOf(value)] };
  }
}

const paths = JSON.parse(readFileSync(0, "utf8"));
const answer = [];
for (const path of paths) {
  const text = readFileSync(path, "utf8");
  for (const node of within(parse(text, OPTIONS)))
    for (const one of found(node, text))
      if (one.words.some((word) => word !== null)) answer.push({ path, line: node.loc.start.line, ...one });
}
console.log(JSON.stringify(answer));
