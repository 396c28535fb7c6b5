import { spawn } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const built = join(root, 'web', 'dist', 'index.html')

/** True when the built web app is there and no source of it is newer. */
export function isBuilt(): boolean {
  if (!existsSync(built)) return false
  const at = statSync(built).mtimeMs
  const sources = globSync(
    [
      'web/**/*.{ts,tsx,css,html,svg,png,webmanifest}',
      'api/contract/*.ts',
      'vite.config.ts',
      'package-lock.json',
    ],
    {
      cwd: root,
      exclude: (path) => path.startsWith('web/dist'),
    },
  )
  return sources.every((path) => statSync(join(root, path)).mtimeMs <= at)
}

/** Builds the web app into web/dist. Rejects with the builder's own words. */
export function buildWeb(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let said = ''
    child.stdout.on('data', (part) => (said += part))
    child.stderr.on('data', (part) => (said += part))
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The web app could not be built:\n${said}`)),
    )
  })
}
