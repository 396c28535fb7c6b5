export const families = [
  'environment',
  'safety',
  'construction',
  'order',
  'facilities',
  'livelihood',
] as const
export type Family = (typeof families)[number]

export type ReferenceClass = {
  code: string
  name: string
  nameEn: string
  family: Family
  /** A hint for the web's icon set. */
  icon: string
  /** Natural minutes from filing to handled. Cities differ: this is a default, to be changed in the installation. */
  dueMinutes: number
}

const HOUR = 60
const DAY = 24 * HOUR

/** The fourteen classes of grid events. The first three are those the practice names; the rest follow CJ/T 214 and town practice. */
export const classes: readonly ReferenceClass[] = [
  {
    code: '01',
    name: '环保',
    nameEn: 'Environmental protection',
    family: 'environment',
    icon: 'leaf',
    dueMinutes: DAY,
  },
  { code: '02', name: '安监', nameEn: 'Work safety', family: 'safety', icon: 'helmet', dueMinutes: 3 * DAY },
  { code: '03', name: '国土', nameEn: 'Land', family: 'construction', icon: 'parcel', dueMinutes: 7 * DAY },
  {
    code: '04',
    name: '市容环境',
    nameEn: 'Street cleanliness',
    family: 'environment',
    icon: 'broom',
    dueMinutes: 12 * HOUR,
  },
  {
    code: '05',
    name: '违法建设',
    nameEn: 'Illegal building',
    family: 'construction',
    icon: 'crane',
    dueMinutes: 15 * DAY,
  },
  {
    code: '06',
    name: '占道经营',
    nameEn: 'Street vending',
    family: 'order',
    icon: 'stall',
    dueMinutes: 4 * HOUR,
  },
  { code: '07', name: '道路交通', nameEn: 'Traffic', family: 'order', icon: 'car', dueMinutes: 4 * HOUR },
  {
    code: '08',
    name: '消防安全',
    nameEn: 'Fire safety',
    family: 'safety',
    icon: 'flame',
    dueMinutes: 2 * DAY,
  },
  {
    code: '09',
    name: '治安',
    nameEn: 'Public security',
    family: 'order',
    icon: 'shield',
    dueMinutes: 8 * HOUR,
  },
  {
    code: '10',
    name: '矛盾纠纷',
    nameEn: 'Disputes',
    family: 'livelihood',
    icon: 'scales',
    dueMinutes: 7 * DAY,
  },
  {
    code: '11',
    name: '公共设施',
    nameEn: 'Public facilities',
    family: 'facilities',
    icon: 'lamp',
    dueMinutes: 2 * DAY,
  },
  {
    code: '12',
    name: '食品药品',
    nameEn: 'Food and drugs',
    family: 'safety',
    icon: 'bowl',
    dueMinutes: 3 * DAY,
  },
  {
    code: '13',
    name: '河道水务',
    nameEn: 'Rivers and water',
    family: 'environment',
    icon: 'wave',
    dueMinutes: 3 * DAY,
  },
  {
    code: '14',
    name: '民生诉求',
    nameEn: "Residents' requests",
    family: 'livelihood',
    icon: 'hand',
    dueMinutes: 5 * DAY,
  },
]
