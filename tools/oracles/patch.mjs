// Reads {"document", "patch"}, one a line; writes what an independent implementation of JSON Patch
// (RFC 6902) makes of the document, as JSON.
import patcher from "fast-json-patch";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { document, patch } = JSON.parse(line);
  const made = patcher.applyPatch(document, patch, true);
  console.log(JSON.stringify(made.newDocument));
}
