/** Milliseconds to import a module. */
const [module = ""] = process.argv.slice(2);
const start = performance.now();
await import(module);
console.log(performance.now() - start);
process.exit();
