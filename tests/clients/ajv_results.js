// Reads {schemas: {name: schema}, instances: {name: [instance, …]}} from standard input and prints, per name,
// what Ajv in strict mode says of each instance. A schema that it refuses ends the program.
import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020.js";

const { schemas, instances } = JSON.parse(readFileSync(0, "utf8"));
const results = {};
for (const [name, schema] of Object.entries(schemas)) {
  const ajv = new Ajv2020.default({ strict: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  results[name] = (instances[name] ?? []).map((instance) => validate(instance));
}
process.stdout.write(JSON.stringify(results));
