// Reads a profile with the messages that pprof publishes, checks what they do not, and adds it up.
"use strict";

const assert = require("assert");
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");

const [folder, file] = process.argv.slice(2);
const { perftools } = require(path.join(folder, "node_modules/pprof/proto/profile.js"));
const profile = perftools.profiles.Profile.decode(zlib.gunzipSync(fs.readFileSync(file)));
const strings = profile.stringTable;
const text = (index) => {
  assert(Number(index) < strings.length);
  return strings[Number(index)];
};
assert.strictEqual(strings[0], "");
assert.strictEqual(new Set(strings).size, strings.length);

const byId = (list) => {
  const map = new Map(list.map((entry) => [Number(entry.id), entry]));
  assert.strictEqual(map.size, list.length);
  assert(!map.has(0));
  return map;
};
const [functions, locations, mappings] = [profile.function, profile.location, profile.mapping].map(byId);
const types = profile.sampleType.map((type) => `${text(type.type)}/${text(type.unit)}`);

const sums = {};
const totals = types.map(() => 0);
const labels = { owner: new Set(), thread: new Set(), bytes: new Set() };
let deepest = 0;
const seen = new Set();
for (const sample of profile.sample) {
  assert.strictEqual(sample.value.length, types.length);
  const stack = sample.locationId.map((id) => locations.get(Number(id)));
  stack.forEach((location) => assert(mappings.has(Number(location.mappingId))));
  deepest = Math.max(deepest, stack.length);
  const leaf = functions.get(Number(stack[0].line[0].functionId));
  const name = text(leaf.name);
  const sum = (sums[name] ??= types.map(() => 0));
  sample.value.forEach((value, index) => {
    sum[index] += Number(value);
    totals[index] += Number(value);
  });
  for (const label of sample.label) {
    labels[text(label.key)].add(Number(label.str) ? text(label.str) : Number(label.num));
  }
  const key = JSON.stringify([sample.locationId, sample.label]);
  assert(!seen.has(key), "each sample differs from the others");
  seen.add(key);
}
console.log(
  JSON.stringify({
    types,
    default: text(profile.defaultSampleType),
    period: `${text(profile.periodType.type)}/${text(profile.periodType.unit)}`,
    program: text(profile.mapping[0].filename),
    functions: sums,
    totals,
    deepest,
    owners: [...labels.owner].sort(),
    threads: [...labels.thread].sort(),
    sizes: [...labels.bytes].every((size) => size === 0 || Number.isInteger(Math.log2(size))),
    seconds: Number(profile.durationNanos) / 1e9,
    year: new Date(Number(profile.timeNanos) / 1e6).getUTCFullYear(),
  })
);
