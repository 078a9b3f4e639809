// Reads a calendar; writes the first four days of each event that recurs, as JSON, one line each.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component);
  if (!event.isRecurring()) continue;
  const days = [];
  const occurrences = event.iterator();
  let occurrence = occurrences.next();
  while (occurrence && days.length < 4) {
    days.push(occurrence.toString());
    occurrence = occurrences.next();
  }
  const slug = component.getFirstPropertyValue("url").split("/").pop();
  console.log(JSON.stringify({ slug, days }));
}
