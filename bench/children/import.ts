/** Prints how long the import of a module takes, in milliseconds. */
const [module = ""] = process.argv.slice(2);
const start = performance.now();
await import(module);
console.log(performance.now() - start);
process.exit();
