// Runs the smoke program in runtimes with a command line: `node main.js '{ "baseUrl": … }'`.
import process from "node:process";
import { smoke } from "./smoke.js";

console.log(JSON.stringify(await smoke(JSON.parse(process.argv[2]))));
