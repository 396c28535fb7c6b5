import { createHash } from 'node:crypto'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// Fontsource lists woff beside woff2; every browser that can draw this map reads woff2, so 100 files less are shipped.
function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('@fontsource') || !id.includes('.css')) return null
      return code.replaceAll(/, url\([^)]*\.woff\) format\('woff'\)/g, '')
    },
  }
}

// The phone pages' service worker begins with the list of what they are made of, and with a name for just that.
function streetShell(): Plugin {
  const faces = ['pages/field.tsx', 'pages/report.tsx', 'calls/CallDock.tsx']
  return {
    name: 'street-shell',
    apply: 'build',
    generateBundle: {
      // After what only brought styles has left the bundle.
      order: 'post',
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
        const worker = chunks.find(({ name }) => name === 'street-worker')
        const files = new Set<string>()
        const take = (file: string) => {
          const chunk = bundle[file]
          if (files.has(file) || chunk?.type !== 'chunk') return
          files.add(file)
          for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css)
          chunk.imports.forEach(take)
        }
        for (const chunk of chunks) {
          const face = faces.some((name) => chunk.facadeModuleId?.endsWith(`/web/${name}`))
          if (face || (chunk.isEntry && chunk.name === 'index')) take(chunk.fileName)
        }
        for (const { fileName } of Object.values(bundle))
          if (/inter-latin.*\.woff2$/.test(fileName)) files.add(fileName)
        const list = [...files].map((file) => `/${file}`).sort()
        const build = createHash('sha256').update(list.join()).digest('hex').slice(0, 12)
        if (worker) worker.code = `const shell=${JSON.stringify({ files: list, build })};\n${worker.code}`
      },
    },
  }
}

const root = import.meta.dirname
const api = 'http://127.0.0.1:8720'

export default defineConfig({
  root: 'web',
  plugins: [woff2Only(), react(), streetShell()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2200,
    rolldownOptions: {
      input: {
        index: 'web/index.html',
        'street-worker': 'web/street-worker.ts',
        'push-worker': 'web/push-worker.ts',
      },
      // A worker's address is its identity: it stays the same from build to build.
      output: {
        entryFileNames: ({ name }) => (name.endsWith('-worker') ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  worker: { format: 'es' },
  server: {
    port: 8730,
    proxy: { '/api': api, '/basemap.pmtiles': api, '/ws': { target: api, ws: true } },
  },
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['tests/*.test.ts', 'tests/{web,seeds,land}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        test: {
          name: 'api',
          include: ['tests/{flows,api,faults}/**/*.test.ts'],
          globalSetup: 'tests/setup/global.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Usually one less than there are cores. While one waits for its database another goes on: six files in 166 s, not 224, on two cores.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: 'tests/setup/global.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // One browser at a time: software WebGL takes both cores.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
