// Both languages say the same things: same messages, same attributes, same variables, no junk; a sentence in the one is a
// sentence in the other; and both keep to the manners of the house: no pleading, no apology, no "invalid".
import { readdirSync, readFileSync } from "node:fs";
import { parse, Visitor } from "@fluent/syntax";

/** Words that say nothing or scold. What is wrong is said, and what is accepted. */
const MANNERS = {
  en: /\b(please|sorry|invalid|oops|unfortunately|error occurred|illegal)\b/i,
  ja: /申し訳|恐れ入り|すみません|不正な|無効な|エラーが発生/,
};
/** A text that ends as a full sentence. */
const SENTENCE = { en: /\.\s*$/, ja: /。\s*$/ };

class Text extends Visitor {
  words = "";
  visitTextElement(node) {
    this.words += node.value;
  }
  visitPlaceable(node) {
    this.words += "{}";
    this.genericVisit(node);
  }
}

function wordsOf(pattern) {
  const text = new Text();
  if (pattern) text.visit(pattern);
  return text.words;
}

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
        const words = wordsOf(pattern);
        const found = MANNERS[language].exec(words);
        if (found) faults.push(`${language}/${file}: ${key} says “${found[0]}”`);
        messages.set(key, { shape: `${file} with {${variablesOf(pattern)}}`, sentence: SENTENCE[language].test(words) });
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
  else if (ja.get(key).shape !== en.get(key).shape) faults.push(`${key}: ja in ${ja.get(key).shape}, en in ${en.get(key).shape}`);
  else if (ja.get(key).sentence !== en.get(key).sentence) faults.push(`${key}: a sentence in one language only`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
if (!faults.length) console.log(`${ja.size} texts in ja and en agree`);
