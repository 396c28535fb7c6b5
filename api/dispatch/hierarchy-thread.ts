import { parentPort, workerData } from 'node:worker_threads'
import type { Graph } from './graph.ts'
import { buildHierarchy } from './hierarchy.ts'

// A city's hierarchy is built for some ten seconds, while its roads are searched without it.

parentPort?.postMessage(buildHierarchy(workerData as Graph))
