// Reads EDTF expressions, one a line; writes what two independent parsers make of each, as JSON:
// {"edtf": [first day, last day] or null, "core": the same}; a side without a bound is null.
import { parse } from "@edtf-ts/core";
import edtf from "edtf";
import { createInterface } from "node:readline";

const YEARS = 8.64e15;
const day = (value) => {
  const moment = Number(value);
  if (!Number.isFinite(moment) || Math.abs(moment) >= YEARS - 1e14) return null;
  return new Date(moment).toISOString().slice(0, 10);
};

const ofEdtf = (text) => {
  try {
    const found = edtf(text);
    return [day(found.min), day(found.max)];
  } catch {
    return null;
  }
};

const ofCore = (text) => {
  const result = parse(text);
  return result.success ? [day(result.value.min), day(result.value.max)] : null;
};

for await (const text of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ edtf: ofEdtf(text), core: ofCore(text) }));
}
