import type { ReportWords } from './words.ts'

const kinds = { week: '周研判', month: '月分析', quarter: '季度通报', range: '专题分析' }
const dayText = (day: string) => {
  const [year, month, date] = day.split('-').map(Number)
  return `${year}年${month}月${date}日`
}

/** Official Chinese, plain: what is so, by how much, and whether that is more than chance. */
export const zh: ReportWords = {
  title: ({ place, kind, name }) => `${place}网格化治理${kinds[kind]}${name ? `（${name}）` : ''}`,
  periodName: {
    week: ({ year, week }) => `${year}年第${week}周`,
    month: ({ year, month }) => `${year}年${month}月`,
    quarter: ({ year, quarter }) => `${year}年第${'一二三四'[quarter - 1]}季度`,
  },
  day: dayText,
  span: (from, to) => (from === to ? dayText(from) : `${dayText(from)}至${dayText(to)}`),
  compared: { week: '上周', month: '上月', quarter: '上季度', range: '上一时段' },
  thisPeriod: '本期',
  lastYear: '去年同期',
  sections: {
    overview: '一、总体情况',
    where: '二、哪里',
    when: '三、什么时候',
    problems: '四、什么问题',
    units: '五、处置与考核',
    promises: '六、上期承诺核对',
    advice: '七、下步建议',
    definitions: '附：指标说明',
  },
  page: ['第 ', ' 页，共 ', ' 页'],
  labels: {
    madeBy: '制作：',
    fingerprint: '数据指纹',
    figure: '图',
    table: '表',
    sheetOfTexts: '正文',
    left: ['其余', '行见工作簿。'],
  },
  verdicts: {
    up: '明显上升',
    down: '明显下降',
    usual: '正常波动',
    few: '件数少，不判断',
    none: '无可比数据',
    early: '办理中，暂不比',
  },
  running: (day) => `本期尚未结束，数据截至${dayText(day)}，暂不与往期比较。`,
  counting: '部分新近事件尚未计入，数字以下一版为准。',
  empty: '本期没有上报案件，以下各项无数据可列。',
  single: '本期仅有1件案件，只列事实，不作统计判断。',
  nothing: '本期无数据。',
  total: ({ cases, valid, filed, closed, open, unknown }) =>
    `本期共上报案件${cases}件，其中有效${valid}件，立案${filed}件；截至成稿，已结案${closed}件，在办${open}件${unknown > 0 ? `，${unknown}件没有办理记录` : ''}。`,
  totalBare: ({ cases, valid }) =>
    `本期共上报案件${cases}件，其中有效${valid}件。档案未记录办理过程，办理情况不作评价。`,
  countTold: ({ period, now, before, verdict, percent }) => {
    const difference = now - before
    const by =
      difference === 0
        ? '持平'
        : `${difference > 0 ? '增加' : '减少'}${Math.abs(difference)}件${percent === null ? '' : `（${percent}）`}`
    return {
      up: `有效案件比${period}的${before}件${by}，超出正常波动，为明显上升。`,
      down: `有效案件比${period}的${before}件${by}，超出正常波动，为明显下降。`,
      usual: `有效案件比${period}的${before}件${by}，变化在正常波动范围内。`,
      few: `有效案件比${period}的${before}件${by}，件数较少，不作升降判断。`,
      none: `${period}无可比数据。`,
      early: `${period}为${before}件。`,
    }[verdict]
  },
  shareTold: ({ name, now, before, period, better }) =>
    `${name}${now}，${period}为${before}，${better ? '明显好转' : '明显变差'}`,
  sharesUsual: (period) => `其余指标与${period}相比，变化在正常波动范围内。`,
  sharesEarly: (open) => `本期尚有${open}件在办，结案、处置类指标会随办理变化，暂不与往期比较。`,
  tables: {
    overview: '总体指标与往期比较',
    grids: '各网格有效案件排名',
    classes: '各类问题有效案件排名',
    top: '十大突出问题',
    units: '处置单位情况与得分',
    promises: '上期承诺核对',
    measures: '指标、算式与出处',
  },
  heads: {
    measure: '指标',
    now: '本期',
    before: { week: '上周', month: '上月', quarter: '上季', range: '上期' },
    change: '增减',
    verdict: '判断',
    year: '去年同期',
    yearChange: '同比增减',
    rank: '名次',
    grid: '网格',
    cases: '有效案件',
    share: '占比',
    perHouseholds: '每千户',
    heat: '冷热',
    class: '问题类别',
    recurred: '复发',
    open: '在办',
    unit: '单位',
    handling: '处置率',
    handledOnTime: '按期处置率',
    closedOnTime: '按期结案率',
    rework: '返工率',
    handleTime: '平均处置时长',
    score: '得分',
    promise: '承诺',
    target: '目标',
    result: '结果',
    formula: '算式',
    source: '出处',
  },
  counts: { cases: '上报数', valid: '有效上报数', filed: '立案数', closed: '结案数', stillOpen: '未结案数' },
  mapCaption: '各网格有效案件分布',
  mapLegend: {
    unit: '件',
    hot: '热点',
    cold: '冷点',
    note: '比例尺按图心，上为北',
  },
  noShapes: '所选范围内没有带边界的下级网格，不出图。',
  noGrids: '所选网格没有下级网格，不作排名。',
  noGrid: '未落入下级网格',
  hot: (names, rate) =>
    `空间统计（Getis–Ord Gi*，误报率不超过${rate}）表明，${names}为热点，案件多于周边应有水平。`,
  cold: (names) => `${names}为冷点，案件少于周边应有水平。`,
  noHot: '空间统计（Getis–Ord Gi*）未发现热点，各网格案件多少之差可由偶然解释。',
  more: (names, count) => `${names}等${count}个网格`,
  gridsTold: (first, share) => `有效案件最多的是${first}，占全部的${share}。`,
  gridsChanged: (up, down, period) =>
    [
      up ? `与${period}相比，${up}明显上升` : '',
      down ? `${up ? '' : `与${period}相比，`}${down}明显下降` : '',
    ]
      .filter(Boolean)
      .join('，') + '。',
  gridsUsual: (period) => `各网格与${period}相比，变化均在正常波动范围内。`,
  classesUsual: (period) => `各类问题与${period}相比，变化均在正常波动范围内。`,
  hotMark: { hot: '热', cold: '冷', none: '' },
  daysCaption: (period) => `每日有效案件，与${period}对照`,
  daysAlone: '每日有效案件',
  hoursCaption: '有效案件的星期与时段分布',
  weekdays: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  hoursTold: (hours) => `案件在各时段分布不均，集中于${hours}。`,
  hoursUsual: '各时段案件数之差可由偶然解释。',
  hoursNone: '档案只记日期，没有时刻。',
  hoursFew: '案件较少，不判断时段规律。',
  forecast: ({ days, mean, low, high, weeks, ratio }) =>
    `未来${days}日预计有效案件约${mean}件，${'90%'}可能在${low}至${high}件之间（以往${weeks}周回测，误差为“照搬上周”的${ratio}）。`,
  levelChanged: (day, up, before, after) =>
    `自${day}起，日均有效案件由${before}件${up ? '升' : '降'}至${after}件，星期规律和偶然均不能解释。`,
  warnedOf: (name, observed, expected) => `${name}${observed}件（事前预计${expected}件）`,
  warned: (list) => `预警：本期最后7天明显多于预计的有${list}。`,
  noForecast: '历史数据不足以作出可信的预测。',
  placeName: (grid, name) => `${grid}·${name}`,
  classesTold: (first, share) => `数量最多的是${first}，占全部的${share}。`,
  noTop: '没有重复出现的问题。',
  unitNone: '未派遣',
  unitsTold: (best, score) => `按${'金牛区综合指数'}计分，${best}得分最高，为${score}分。`,
  unitsNote: (least) => `应处置案件不足${least}件的单位只列数字，不排名。`,
  noUnits: '本期没有派遣到单位的案件。',
  noPromises: '上期没有留下可核对的承诺。',
  promisesFrom: (title, kept, told) => `《${title}》作出的承诺中，可核对${told}项，做到${kept}项。`,
  kept: '做到',
  broken: '未做到',
  untold: '无数据',
  atLeast: '不低于',
  atMost: '不高于',
  noAdvice: '（成稿时未填写。）',
  definitions: [
    '案件按上报时间归入本期，口径为上报、立案、处置、结案各环节的时间线折算；成稿之后的变化不回写。',
    '“明显”指变化在全部检验中控制误报率（Benjamini–Hochberg，5%）后仍不能由偶然解释：件数用负二项预测检验（Nelson 1970，并计入以往各周的超额波动），比率用 Fisher 精确检验；时长不作判断。双方均不足10件的不作判断，基数不足10件的不给百分比。',
    '水平变化用 PELT 检测（去除星期规律，惩罚 4 ln n，至少7天一段）；预警以负二项检验与事前预测比较，误报率控制在5%，且不少于5件、回测可信。',
  ],
  units: { hours: '小时', days: '天', minutes: '分钟', points: '个百分点', cases: '件' },
  none: '—',
  sources: {},
  list: '、',
  steps: {
    counting: '正在统计',
    drawing: '正在绘图',
    docx: '正在生成 Word',
    pdf: '正在生成 PDF',
    xlsx: '正在生成表格',
  },
  mail: {
    text: (title) => `附件为${title}，由系统按数据自动生成。`,
  },
}
