// Reads a calendar; writes what ical.js makes of it, as JSON: a line for the calendar's own
// properties, then one for each event. A property is a list of values, dates as they are written.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const properties = (component) => {
  const found = {};
  for (const property of component.getAllProperties()) {
    const values = property.getValues().map((value) => String(value));
    found[property.name] = [...(found[property.name] ?? []), ...values];
  }
  return found;
};

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
console.log(JSON.stringify(properties(calendar)));
for (const event of calendar.getAllSubcomponents("vevent")) {
  console.log(JSON.stringify(properties(event)));
}
