import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWeb, isBuilt } from '../../web/build.ts'
import { ensureSystem } from './system.ts'

// `npm test`: the system's programs, the web app, then every project; the last line counts. More arguments go to vitest.

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numFailedTestSuites: number
  testResults: { assertionResults: { status: string; fullName: string }[] }[]
}

const root = join(import.meta.dirname, '..', '..')
try {
  ensureSystem()
  if (!isBuilt()) {
    console.log('building the web app …')
    await buildWeb()
  }
} catch (error) {
  console.error((error as Error).message)
  console.log('0 passed, 1 failed, 0 skipped')
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'xiake-test-'))
const file = join(folder, 'report.json')
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)
let report: Report | undefined
try {
  report = JSON.parse(readFileSync(file, 'utf8')) as Report
} catch {
  // No report: counted below as one failure.
}
rmSync(folder, { recursive: true, force: true })

const skipped = (report?.testResults ?? [])
  .flatMap((one) => one.assertionResults)
  .filter((one) => ['skipped', 'pending', 'todo'].includes(one.status))
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
// A file that breaks before its tests counts as one failure; so does a run that leaves no report.
const failed = report
  ? report.numFailedTests +
    (report.numFailedTests === 0 && status !== 0 ? Math.max(1, report.numFailedTestSuites) : 0)
  : 1
console.log(`${report?.numPassedTests ?? 0} passed, ${failed} failed, ${skipped.length} skipped`)
process.exit(failed === 0 && status === 0 ? 0 : 1)
