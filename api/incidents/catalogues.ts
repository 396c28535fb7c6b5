import type { ClassLimits, IncidentClass } from '../contract/incident.ts'

// Catalogues that an installation may begin with. Names and numbers of classes as towns have published them; what the minor classes of a
// town were called was not, so these are written after CJ/T 214 and practice. Limits are defaults: the two district tables that are
// public differ by a factor of ten, so every town sets its own.

/** A limit by its short name: 4w hours of work, 4u urgent hours, 4d working days; several for staged handling, with their names. */
type Time = `${number}${'w' | 'u' | 'd'}` | readonly (readonly [string, `${number}${'w' | 'u' | 'd'}`])[]
interface Minor {
  name: string
  en: string
  handle?: Time
  urgent?: true
}
interface Major {
  name: string
  en: string
  family: string
  handle: Time
  urgent?: true
  minors?: readonly Minor[]
}
export interface Catalogue {
  code: string
  name: string
  nameEn: string
  /** Before each class code, so that catalogues live beside each other. */
  prefix: string
  majors: readonly Major[]
}

const m = (name: string, en: string, handle?: Time, urgent?: true): Minor => ({
  name,
  en,
  ...(handle && { handle }),
  ...(urgent && { urgent }),
})
const staged = [
  ['围护', '3u'],
  ['修复', '8u'],
] as const

export const catalogues: readonly Catalogue[] = [
  {
    // 绍兴市柯桥区杨汛桥镇: ten major, 42 minor classes, sent automatically.
    code: 'yangxunqiao',
    name: '杨汛桥 10 大类 42 小类',
    nameEn: 'Yangxunqiao, 10 major and 42 minor',
    prefix: 'Y',
    majors: [
      {
        name: '矛盾纠纷',
        en: 'Disputes',
        family: 'livelihood',
        handle: '5d',
        minors: [
          m('邻里纠纷', 'Between neighbours'),
          m('婚姻家庭纠纷', 'Within families'),
          m('劳资纠纷', 'Labour', '3d'),
          m('土地权属纠纷', 'Land rights', '7d'),
          m('消费纠纷', 'Consumers', '3d'),
        ],
      },
      {
        name: '治安隐患',
        en: 'Public order',
        family: 'order',
        handle: '4u',
        urgent: true,
        minors: [
          m('可疑人员', 'Suspicious persons'),
          m('聚众赌博', 'Gambling'),
          m('流动人口未登记', 'Unregistered residents', '3d'),
          m('技防设施损坏', 'Damaged cameras', '2d'),
        ],
      },
      {
        name: '安全生产',
        en: 'Work safety',
        family: 'safety',
        handle: '2d',
        minors: [
          m('违规动火作业', 'Hot work without permit', '2u', true),
          m('危化品存放不当', 'Dangerous goods', '2u', true),
          m('特种设备隐患', 'Special equipment'),
          m('有限空间作业', 'Confined spaces', '2u', true),
          m('用电不规范', 'Unsafe wiring'),
        ],
      },
      {
        name: '消防隐患',
        en: 'Fire hazards',
        family: 'safety',
        handle: '8u',
        minors: [
          m('疏散通道堵塞', 'Blocked exits', '2u', true),
          m('消防设施缺损', 'Missing equipment', '3d'),
          m('电动车违规充电', 'E-bike charging'),
          m('“三合一”场所', 'Living, storing and working in one', '5d'),
        ],
      },
      {
        name: '环境保护',
        en: 'Environment',
        family: 'environment',
        handle: '1d',
        minors: [
          m('污水直排', 'Sewage', '4u', true),
          m('废气异味', 'Fumes', '4w'),
          m('噪声扰民', 'Noise', '4w'),
          m('焚烧秸秆垃圾', 'Burning', '1u', true),
          m('河道污染', 'Polluted river'),
        ],
      },
      {
        name: '城乡环境',
        en: 'Town appearance',
        family: 'environment',
        handle: '4w',
        minors: [
          m('暴露垃圾', 'Exposed waste'),
          m('建筑垃圾乱倒', 'Construction waste', '2d'),
          m('占道经营', 'Trading on the road', '2w'),
          m('乱张贴', 'Bill posting', '1d'),
          m('绿化损坏', 'Damaged greenery', '5d'),
        ],
      },
      {
        name: '违法建设',
        en: 'Illegal building',
        family: 'construction',
        handle: '15d',
        minors: [
          m('新增违建', 'Under construction', [
            ['停工', '4w'],
            ['拆除', '15d'],
          ]),
          m('违法用地', 'Illegal land use'),
          m('群租房改建', 'Converted for group letting', '7d'),
        ],
      },
      {
        name: '公共设施',
        en: 'Public facilities',
        family: 'facilities',
        handle: '2d',
        minors: [
          m('道路破损', 'Broken road', staged),
          m('路灯不亮', 'Dark street lamps'),
          m('井盖缺损', 'Missing manhole covers', staged, true),
          m('管线外露', 'Exposed cables', staged),
        ],
      },
      {
        name: '食药监管',
        en: 'Food and medicine',
        family: 'livelihood',
        handle: '3d',
        minors: [
          m('无证经营', 'Unlicensed trade'),
          m('食品过期变质', 'Spoiled food', '1d'),
          m('农村集体聚餐', 'Rural banquets', '8u'),
          m('药品违规销售', 'Illegal sale of medicine'),
        ],
      },
      {
        name: '民生服务',
        en: 'Care and services',
        family: 'livelihood',
        handle: '3d',
        minors: [
          m('困难群众求助', 'People in need', '1d'),
          m('独居老人关爱', 'Elderly living alone', '1d'),
          m('政策咨询', 'Questions about policy'),
        ],
      },
    ],
  },
  {
    // 苏州市相城区望亭镇: nine classes.
    code: 'wangting',
    name: '望亭 9 类',
    nameEn: 'Wangting, nine classes',
    prefix: 'W',
    majors: [
      { name: '治安稳定', en: 'Public order', family: 'order', handle: '8u' },
      { name: '城市管理', en: 'City management', family: 'environment', handle: '1d' },
      { name: '安全生产', en: 'Work safety', family: 'safety', handle: '2d' },
      { name: '社情民意', en: 'Public opinion', family: 'livelihood', handle: '5d' },
      { name: '环境保护', en: 'Environment', family: 'environment', handle: '1d' },
      { name: '网格党建', en: 'Party building', family: 'livelihood', handle: '5d' },
      { name: '公共服务', en: 'Public services', family: 'facilities', handle: '3d' },
      { name: '应急指挥', en: 'Emergencies', family: 'safety', handle: '2u', urgent: true },
      { name: '三官一律司法服务', en: 'Legal services', family: 'livelihood', handle: '5d' },
    ],
  },
  {
    // Event classes after CJ/T 214; check against the purchased GB/T 30428.2 before claiming conformity.
    code: 'cjt214',
    name: 'CJ/T 214 事件类',
    nameEn: 'Events after CJ/T 214',
    prefix: 'E',
    majors: [
      {
        name: '市容环境',
        en: 'Street cleanliness',
        family: 'environment',
        handle: '4w',
        minors: [
          m('私搭乱建', 'Illegal structures', '15d'),
          m('暴露垃圾', 'Exposed waste'),
          m('积存垃圾渣土', 'Heaps of waste', '2d'),
          m('道路不洁', 'Dirty road', '2w'),
          m('水域不洁', 'Dirty water', '2d'),
          m('绿地脏乱', 'Littered greenery'),
          m('废弃车辆', 'Abandoned vehicles', '5d'),
          m('废弃家具设施', 'Dumped furniture', '1d'),
          m('非装饰性树挂', 'Rubbish in trees', '1d'),
          m('道路破损', 'Broken road', staged),
          m('河堤破损', 'Broken embankment', staged),
          m('道路遗撒', 'Spilled loads', '2w'),
          m('建筑物外立面不洁', 'Dirty facades', '5d'),
          m('水域秩序问题', 'Disorder on water', '1d'),
          m('焚烧垃圾树叶', 'Burning waste', '1u', true),
          m('油烟污染', 'Cooking fumes', '3d'),
          m('动物尸体清理', 'Dead animals', '2w'),
          m('私自饲养家禽家畜', 'Livestock kept', '5d'),
          m('其他市容环境问题', 'Other'),
        ],
      },
      {
        name: '宣传广告',
        en: 'Advertising',
        family: 'order',
        handle: '1d',
        minors: [
          m('非法小广告', 'Fly posting', '4w'),
          m('违章张贴悬挂广告牌匾', 'Illegal signs'),
          m('占道广告牌', 'Signs on the road', '4w'),
          m('街头散发广告', 'Leafleting', '2w'),
          m('广告招牌破损', 'Broken signs', '3d'),
        ],
      },
      {
        name: '施工管理',
        en: 'Construction sites',
        family: 'construction',
        handle: '1d',
        minors: [
          m('施工扰民', 'Disturbance', '2u'),
          m('工地扬尘', 'Dust', '4w'),
          m('施工废弃料', 'Waste left behind', '2d'),
          m('施工占道', 'Road occupied'),
          m('无证掘路', 'Digging without permit', '4w'),
          m('其他施工管理问题', 'Other'),
        ],
      },
      {
        name: '突发事件',
        en: 'Emergencies',
        family: 'safety',
        handle: staged,
        urgent: true,
        minors: [
          m('路面塌陷', 'Road collapse'),
          m('自来水管破裂', 'Burst water main'),
          m('燃气管道破裂', 'Burst gas pipe', '2u'),
          m('下水道堵塞或破损', 'Blocked sewer'),
          m('热力管道破裂', 'Burst heating pipe'),
          m('道路积水', 'Flooded road', '4u'),
          m('道路积雪结冰', 'Snow and ice', '4u'),
          m('架空线缆损坏', 'Damaged overhead lines'),
          m('群发性事件', 'Gatherings', '2u'),
          m('其他突发事件问题', 'Other'),
        ],
      },
      {
        name: '街面秩序',
        en: 'Order in the street',
        family: 'order',
        handle: '2w',
        minors: [
          m('无照经营游商', 'Unlicensed hawkers'),
          m('流浪乞讨', 'Begging', '1d'),
          m('占道废品收购', 'Scrap buying on the road'),
          m('店外经营', 'Trading outside shops'),
          m('机动车乱停放', 'Parked cars'),
          m('非机动车乱停放', 'Parked bicycles'),
          m('乱堆物堆料', 'Stacked goods'),
          m('露天烧烤', 'Open-air barbecues'),
          m('沿街晾挂', 'Washing in the street'),
          m('空调室外机低挂', 'Low air conditioners', '5d'),
          m('黑车拉客', 'Illegal taxis'),
          m('商业噪音', 'Commercial noise', '2u'),
          m('非法出版物销售', 'Illegal publications', '1d'),
          m('其他街面秩序问题', 'Other'),
        ],
      },
    ],
  },
]

const kinds = { w: 'work', u: 'urgent', d: 'workday' } as const
const one = (time: string) => ({
  amount: Number.parseFloat(time),
  kind: kinds[time.at(-1) as keyof typeof kinds],
})
const limitsOf = (handle: Time): ClassLimits => ({
  file: { amount: 2, kind: 'work' },
  dispatch: { amount: 1, kind: 'work' },
  handle:
    typeof handle === 'string'
      ? [{ name: '', ...one(handle) }]
      : handle.map(([name, time]) => ({ name, ...one(time) })),
  check: { amount: 1, kind: 'workday' },
})

/** The classes of a catalogue, each major before its minors. Two figures a level: E01, E0102. */
export function classesOf({ prefix, majors }: Catalogue): IncidentClass[] {
  return majors.flatMap((major, i) => {
    const code = `${prefix}${String(i + 1).padStart(2, '0')}`
    const fixed = { nature: 'event' as const, proof: false, open: true, active: true, needs: null }
    const shared = { family: major.family, ...fixed }
    const severity = (urgent: true | undefined): IncidentClass['severity'] => (urgent ? 'urgent' : 'usual')
    return [
      {
        ...shared,
        code,
        name: major.name,
        nameEn: major.en,
        parentCode: null,
        severity: severity(major.urgent),
        limits: limitsOf(major.handle),
      },
      ...(major.minors ?? []).map((minor, k) => ({
        ...shared,
        code: `${code}${String(k + 1).padStart(2, '0')}`,
        name: minor.name,
        nameEn: minor.en,
        parentCode: code,
        severity: severity(minor.urgent ?? major.urgent),
        limits: limitsOf(minor.handle ?? major.handle),
      })),
    ] satisfies IncidentClass[]
  })
}
