// CommonJS in old syntax, so that any Node can run it far enough to say what is wrong.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "This needs Node 24, and Node " +
      process.versions.node +
      " is running. `npm ci` installs Node 24 into node_modules, where npm scripts find it; " +
      "run it again, without --ignore-scripts.",
  );
  process.exit(1);
}
