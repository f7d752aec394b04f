"use strict";
// A random sample that Python and scripts draw alike; `sample.py` has the same function.
function rank(seed, name) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed} ${name}`)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function sampled(names, size, seed) {
  const order = names.map((name) => [rank(seed, name), name]);
  order.sort((one, other) => one[0] - other[0] || (one[1] < other[1] ? -1 : 1));
  return new Set(order.slice(0, size).map(([, name]) => name));
}
