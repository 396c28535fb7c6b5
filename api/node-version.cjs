// Runs before anything else, also on a Node too old for the rest: one sentence instead of a syntax error.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(
    `Xiake needs Node 24 or later and runs on ${process.version} here. On Linux x64 and arm64 it comes with npm ci; elsewhere install it from your system.`,
  )
  process.exit(1)
}
