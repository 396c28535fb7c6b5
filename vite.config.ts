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

const root = import.meta.dirname
const api = 'http://127.0.0.1:8720'

export default defineConfig({
  root: 'web',
  plugins: [woff2Only(), react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2200,
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
        },
      },
      {
        root,
        test: {
          name: 'api',
          include: ['tests/{flows,api,faults}/**/*.test.ts'],
          globalSetup: 'tests/setup/global.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
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
        },
      },
    ],
  },
})
