import type { StaffingScheme } from '../../api/contract/staffing.ts'

// Staffing as towns have published it; numbers are configuration and may be changed on the manage page.
export const staffingSchemes: StaffingScheme[] = [
  {
    // 江阴市徐霞客镇: one leader and five kinds of members in each grid.
    code: 'one-and-five',
    name: '一长五员',
    nameEn: 'One leader, five members',
    roles: [
      { code: 'leader', name: '网格长', nameEn: 'Grid leader', min: 1, max: 1 },
      { code: 'member', name: '网格员', nameEn: 'Grid member', min: 1, max: null },
      { code: 'supervisor', name: '督查员', nameEn: 'Supervisor', min: 1, max: 1 },
      { code: 'liaison', name: '联络员', nameEn: 'Liaison', min: 1, max: 1 },
      { code: 'patrol', name: '巡查员', nameEn: 'Patrol', min: 1, max: null },
      { code: 'informant', name: '信息员', nameEn: 'Informant', min: 1, max: null },
    ],
  },
  {
    // 绍兴市柯桥区: one leader, two full-time and two part-time members.
    code: '1-2-2',
    name: '1+2+2',
    nameEn: '1+2+2',
    roles: [
      { code: 'leader', name: '网格长', nameEn: 'Grid leader', min: 1, max: 1 },
      { code: 'full-time', name: '专职网格员', nameEn: 'Full-time member', min: 2, max: 2 },
      { code: 'part-time', name: '兼职网格员', nameEn: 'Part-time member', min: 2, max: 2 },
    ],
  },
  {
    // 广州市荔湾区: five roles, one general member a grid.
    code: 'five-roles',
    name: '荔湾五类',
    nameEn: 'Five roles of Liwan',
    roles: [
      { code: 'steward', name: '网格督导员', nameEn: 'Grid steward', min: 0, max: 1 },
      { code: 'leader', name: '网格长', nameEn: 'Grid leader', min: 0, max: 1 },
      { code: 'member', name: '综合网格员', nameEn: 'General member', min: 1, max: 1 },
      { code: 'assistant', name: '助理网格员', nameEn: 'Assistant member', min: 0, max: null },
      { code: 'part-time', name: '兼职网格员', nameEn: 'Part-time member', min: 0, max: null },
    ],
  },
]
