// Both languages say the same things: same messages, same attributes, same variables, no junk.
import { readdirSync, readFileSync } from "node:fs";
import { parse, Visitor } from "@fluent/syntax";

class Variables extends Visitor {
  names = new Set();
  visitVariableReference(node) {
    this.names.add(node.id.name);
  }
}

function variablesOf(pattern) {
  const visitor = new Variables();
  if (pattern) visitor.visit(pattern);
  return [...visitor.names].sort().join(" ");
}

function messagesOf(language, faults) {
  const messages = new Map();
  const directory = new URL(`./locales/${language}/`, import.meta.url);
  for (const file of readdirSync(directory)) {
    for (const entry of parse(readFileSync(new URL(file, directory), "utf8"), {}).body) {
      if (entry.type === "Junk") faults.push(`${language}/${file}: not understood: ${entry.content.split("\n")[0]}`);
      if (entry.type !== "Message") continue;
      const parts = [[entry.id.name, entry.value], ...entry.attributes.map((a) => [`${entry.id.name}.${a.id.name}`, a.value])];
      for (const [key, pattern] of parts) {
        if (messages.has(key)) faults.push(`${language}/${file}: ${key} is defined twice`);
        messages.set(key, `${file} with {${variablesOf(pattern)}}`);
      }
    }
  }
  return messages;
}

const faults = [];
const ja = messagesOf("ja", faults);
const en = messagesOf("en", faults);
for (const key of new Set([...ja.keys(), ...en.keys()])) {
  if (!ja.has(key)) faults.push(`ja lacks ${key}`);
  else if (!en.has(key)) faults.push(`en lacks ${key}`);
  else if (ja.get(key) !== en.get(key)) faults.push(`${key}: ja in ${ja.get(key)}, en in ${en.get(key)}`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
if (!faults.length) console.log(`${ja.size} texts in ja and en agree`);
