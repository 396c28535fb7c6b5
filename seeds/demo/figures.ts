import type { WallModule } from '../../api/contract/wall-rules.ts'
import type { FigureRow } from '../../api/walls/queries.ts'
import { stream } from './random.ts'

// The numbers a town would bring in tables of its own: party work, approvals, the economy. Made up, and said to be so on every wall.

const source = '演示数据 demo data'

interface Series {
  module: WallModule
  group: string
  unit: string
  /** Name, usual value, target. */
  rows: [string, number, number | null][]
  /** Quarters back that each has; 0: one value, of now. */
  quarters?: number
}
const series: Series[] = [
  {
    module: 'party',
    group: '党组织与党员',
    unit: '个',
    rows: [
      ['党委', 1, null],
      ['党总支', 14, null],
      ['党支部', 126, null],
      ['网格党小组', 179, 179],
    ],
  },
  {
    module: 'party',
    group: '党员进网格（人次）',
    unit: '人次',
    rows: [['走访服务', 5200, 6000]],
    quarters: 8,
  },
  {
    module: 'party',
    group: '为民实事进度',
    unit: '%',
    rows: [
      ['老旧小区改造', 82, 100],
      ['村级养老点', 100, 100],
      ['河道清淤', 64, 100],
      ['便民停车位', 91, 100],
    ],
  },
  { module: 'approval', group: '受理件数', unit: '件', rows: [['受理', 9400, null]], quarters: 8 },
  {
    module: 'approval',
    group: '办理效率',
    unit: '%',
    rows: [
      ['按时办结率', 99, 98],
      ['一网通办率', 93, 95],
      ['群众满意率', 98, 98],
    ],
  },
  {
    module: 'approval',
    group: '窗口今日叫号',
    unit: '号',
    rows: [
      ['社会保障', 86, null],
      ['市场准入', 54, null],
      ['民政优抚', 38, null],
      ['不动产', 47, null],
    ],
  },
  { module: 'economy', group: '规上工业产值（亿元）', unit: '亿元', rows: [['产值', 41, 42]], quarters: 8 },
  {
    module: 'economy',
    group: '项目进度',
    unit: '%',
    rows: [
      ['智能装备园二期', 73, 80],
      ['物流枢纽', 46, 40],
      ['人才公寓', 88, 85],
    ],
  },
  {
    module: 'economy',
    group: '市场主体',
    unit: '户',
    rows: [
      ['企业', 4860, null],
      ['个体工商户', 11_240, null],
      ['合作社', 96, null],
    ],
  },
]

/** The last quarters before an instant, oldest first: 2025 Q1 … */
function quartersBefore(at: Date, count: number): string[] {
  const now = at.getUTCFullYear() * 4 + Math.floor(at.getUTCMonth() / 3)
  return Array.from({ length: count }, (_, i) => now - count + i).map(
    (q) => `${Math.floor(q / 4)} Q${(q % 4) + 1}`,
  )
}

export function demoFigures(asOf: Date): FigureRow[] {
  const random = stream(1, 'figures')
  return series.flatMap(({ module, group, unit, rows, quarters = 0 }) =>
    rows.flatMap(([name, usual, target]) =>
      (quarters ? quartersBefore(asOf, quarters) : ['']).map((period, i) => ({
        key: JSON.stringify([module, group, name, period]),
        module,
        group,
        name,
        period,
        value: quarters ? Math.round(usual * (0.86 + 0.02 * i + 0.06 * random.next())) : usual,
        words: '',
        unit,
        target,
        source,
        asOf,
      })),
    ),
  )
}
