import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { command, type Role } from '../../api/contract/roles.ts'
import type { IconName } from '../ui/Icon.tsx'

/** A page of the manage face. `rest` is what stands behind its path: `/manage/import/17` gives 17. */
export interface ManagePage {
  path: string
  /** Its title in the dictionaries' `manage.pages`. */
  title: string
  icon: IconName
  roles: readonly Role[]
  Face: LazyExoticComponent<ComponentType<{ rest: string }>>
}

/** In the order of the tabs; each is loaded when it is first opened. */
export const managePages: readonly ManagePage[] = [
  {
    path: '/manage/import',
    title: 'import',
    icon: 'upload',
    roles: ['admin'],
    Face: lazy(() => import('./manage-import.tsx').then(({ ManageImport }) => ({ default: ManageImport }))),
  },
  {
    path: '/manage/history',
    title: 'history',
    icon: 'history',
    roles: ['admin'],
    Face: lazy(() =>
      import('./manage-history.tsx').then(({ ManageHistory }) => ({ default: ManageHistory })),
    ),
  },
  {
    path: '/manage/export',
    title: 'export',
    icon: 'download',
    roles: [...command, 'leader'],
    Face: lazy(() => import('./manage-export.tsx').then(({ ManageExport }) => ({ default: ManageExport }))),
  },
  {
    path: '/manage/reports',
    title: 'reports',
    icon: 'history',
    roles: [...command, 'leader'],
    Face: lazy(() =>
      import('./manage-reports.tsx').then(({ ManageReports }) => ({ default: ManageReports })),
    ),
  },
  {
    path: '/manage/measures',
    title: 'measures',
    icon: 'target',
    roles: ['leader', 'admin'],
    Face: lazy(() =>
      import('./manage-measures.tsx').then(({ ManageMeasures }) => ({ default: ManageMeasures })),
    ),
  },
  {
    path: '/manage/grids',
    title: 'grids',
    icon: 'layers',
    roles: [...command, 'leader'],
    Face: lazy(() => import('./workshop.tsx').then(({ Workshop }) => ({ default: Workshop }))),
  },
  {
    path: '/manage/roster',
    title: 'roster',
    icon: 'check',
    roles: [...command, 'leader'],
    Face: lazy(() => import('./manage-roster.tsx').then(({ ManageRoster }) => ({ default: ManageRoster }))),
  },
  {
    path: '/manage/calls',
    title: 'calls',
    icon: 'calls',
    roles: command,
    Face: lazy(() => import('./manage-calls.tsx').then(({ ManageCalls }) => ({ default: ManageCalls }))),
  },
  {
    path: '/manage/walls',
    title: 'walls',
    icon: 'large',
    roles: ['admin'],
    Face: lazy(() => import('./manage-walls.tsx').then(({ ManageWalls }) => ({ default: ManageWalls }))),
  },
  {
    path: '/manage/figures',
    title: 'figures',
    icon: 'download',
    roles: ['admin'],
    Face: lazy(() =>
      import('./manage-figures.tsx').then(({ ManageFigures }) => ({ default: ManageFigures })),
    ),
  },
  {
    path: '/manage/loop',
    title: 'loop',
    icon: 'manage',
    roles: ['admin'],
    Face: lazy(() => import('./manage-loop.tsx').then(({ ManageLoop }) => ({ default: ManageLoop }))),
  },
  {
    path: '/manage/devices',
    title: 'devices',
    icon: 'phone',
    roles: ['admin'],
    Face: lazy(() =>
      import('./manage-devices.tsx').then(({ ManageDevices }) => ({ default: ManageDevices })),
    ),
  },
  {
    path: '/manage/looks',
    title: 'looks',
    icon: 'eye',
    roles: ['admin'],
    Face: lazy(() => import('./manage-looks.tsx').then(({ ManageLooks }) => ({ default: ManageLooks }))),
  },
]

export const pagesFor = (role: Role | undefined): ManagePage[] =>
  managePages.filter(({ roles }) => role !== undefined && roles.includes(role))

/** The page that an address leads to and what stands behind it; `/manage` is the first one the role may see. */
export function pageAt(path: string, role: Role): { page: ManagePage; rest: string } | null {
  const pages = pagesFor(role)
  const plain = path.replace(/\/+$/, '')
  if (plain === '/manage') return pages[0] ? { page: pages[0], rest: '' } : null
  const page = pages.find((one) => plain === one.path || plain.startsWith(`${one.path}/`))
  return page ? { page, rest: plain.slice(page.path.length + 1) } : null
}
