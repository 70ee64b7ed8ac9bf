// Runs a program of this folder: `node scripts/run.cjs spec/diff --base v1.0.0`. Without a program it only checks the
// version of Node. CommonJS in old syntax, so that an older Node can print the message.
var path = require("path");

if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    "This command needs Node 24, but is running on Node " +
      process.versions.node +
      ". `npm ci` installs Node 24 into node_modules, and npm scripts use it. Run `npm ci` again, without --ignore-scripts.",
  );
  process.exit(1);
}
if (process.argv[2]) {
  process.argv.splice(1, 2, path.join(__dirname, process.argv[2] + ".ts"));
  require("module").runMain();
}
