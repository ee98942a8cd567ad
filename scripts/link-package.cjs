// Makes `pulumi-dynatrace-otlp` resolve to this clone, so that the examples in it run the code beside them, unchanged.
// Plain Node without dependencies: it runs at the end of `npm install`, and in scripts/bootstrap.cjs where scripts are ignored.
const { existsSync, symlinkSync } = require("node:fs");
const path = require("node:path");

/** An installed package has no `node_modules` of its own: nothing is linked there. */
function linkPackage() {
    const root = path.dirname(__dirname);
    const modules = path.join(root, "node_modules");
    const link = path.join(modules, "pulumi-dynatrace-otlp");
    // A junction, because Windows asks for a privilege for other links.
    if (existsSync(modules) && !existsSync(link)) symlinkSync(root, link, "junction");
}

module.exports = { linkPackage };

if (require.main === module) linkPackage();
