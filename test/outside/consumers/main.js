// Runs a compiled consumer, and prints what it found.
import { walk } from "./consumer.js";

console.log(JSON.stringify(await walk(JSON.parse(process.argv[2]))));
