import type { ClockStage } from '../contract/clock.ts'
import type { Ask, Severity } from '../contract/incident.ts'
import type { Action, Source, State } from '../contract/lifecycle.ts'
import type { Medium } from '../contract/media.ts'

// The case file on paper: the words of the web's pages, and those that only paper needs.

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

interface Words {
  title: string
  labels: Record<
    | 'number'
    | 'class'
    | 'severity'
    | 'state'
    | 'source'
    | 'reportedAt'
    | 'address'
    | 'place'
    | 'grids'
    | 'reporter'
    | 'phone'
    | 'description'
    | 'recurrence'
    | 'unit'
    | 'parent'
    | 'into',
    string
  >
  sections: Record<
    'clocks' | 'photos' | 'map' | 'recordings' | 'timeline' | 'requests' | 'kin' | 'rating',
    string
  >
  clocks: string[]
  timeline: string[]
  requests: string[]
  onTime: string
  running: string
  late: (span: string) => string
  span: (days: number, hours: number, minutes: number) => string
  noClocks: string
  takenAt: string
  noEvidence: string
  addedAt: string
  photoMissing: string
  morePhotos: (count: number) => string
  mapNote: (printed: string) => string
  none: string
  part: string
  merged: string
  satisfied: string
  dissatisfied: string
  unrated: string
  decision: string
  page: (page: number, pages: number) => string
  printed: (at: string, by: string) => string
  sentTo: (who: string) => string
  atRequestOf: (who: string) => string
  doneAt: (at: string) => string
  times: (count: number) => string
  imported: string
  states: Record<State, string>
  stages: Record<ClockStage, string>
  severities: Record<Severity, string>
  sources: Record<Source, string>
  roles: Record<string, string>
  moments: Record<Medium['moment'], string>
  kinds: Record<Medium['kind'], string>
  askStates: Record<Ask['state'], string>
  actions: Record<Action, string>
  /** Events that are no step of the table. */
  events: Record<string, string>
}

const zh: Words = {
  title: '案件卷宗',
  labels: {
    number: '编号',
    class: '类别',
    severity: '等级',
    state: '状态',
    source: '来源',
    reportedAt: '上报时间',
    address: '地点',
    place: '坐标（WGS 84）',
    grids: '所在网格',
    reporter: '上报人',
    phone: '联系方式',
    description: '描述',
    recurrence: '同处重复',
    unit: '承办',
    parent: '拆分自',
    into: '并入',
  },
  sections: {
    clocks: '时限',
    photos: '照片',
    map: '位置图',
    recordings: '音像资料（见电子卷宗）',
    timeline: '办理过程',
    requests: '申请与审批',
    kin: '拆分与并案',
    rating: '群众评价',
  },
  clocks: ['阶段', '开始', '到期', '完成', '结果'],
  timeline: ['序号', '时间', '办理人', '事项', '说明'],
  requests: ['申请', '申请人', '时间', '理由', '审批'],
  onTime: '按时',
  running: '进行中',
  late: (span) => `超时 ${span}`,
  span: (days, hours, minutes) =>
    [days && `${days} 天`, hours && `${hours} 小时`, !days && `${minutes} 分`].filter(Boolean).join(' '),
  noClocks: '没有时限记录。',
  takenAt: '拍摄',
  noEvidence: '照片未记录拍摄时间和位置',
  addedAt: '上传',
  photoMissing: '照片文件缺失',
  morePhotos: (count) => `另有 ${count} 张照片，见电子卷宗。`,
  mapNote: (printed) => `来源：本镇网格与道路数据，${printed}。虚线为网格界线。`,
  none: '无',
  part: '子案件',
  merged: '并入本案',
  satisfied: '满意',
  dissatisfied: '不满意',
  unrated: '尚未评价',
  decision: '审批意见',
  page: (page, pages) => `第 ${page} 页，共 ${pages} 页`,
  printed: (at, by) => `${at} 由 ${by} 打印`,
  sentTo: (who) => `交 ${who}`,
  atRequestOf: (who) => `应 ${who} 申请`,
  doneAt: (at) => `实际时间 ${at}`,
  times: (count) => `90 天内第 ${count + 1} 次`,
  imported: '导入',
  states: {
    reported: '上报',
    filed: '立案',
    dispatched: '派遣',
    handling: '处置',
    handled: '反馈',
    checked: '核查',
    closed: '结案',
    evaluated: '评价',
    archived: '归档',
    suspended: '挂账',
    voided: '作废',
    merged: '并案',
    split: '拆分办理',
  },
  stages: { file: '立案', dispatch: '派遣', handle: '处置', check: '核查' },
  severities: { minor: '轻微', usual: '一般', urgent: '紧急' },
  sources: {
    member: '网格员',
    officer: '执法队员',
    citizen: '群众随手拍',
    monitoring: '监控点',
    hotline: '热线',
    system: '外部系统',
    import: '导入',
  },
  roles: {
    admin: '管理员',
    leader: '领导',
    dispatcher: '调度员',
    officer: '执法队员',
    member: '网格员',
    device: '终端',
    citizen: '市民',
    system: '系统',
    import: '导入',
  },
  moments: { found: '现场', handled: '处置后', checked: '核查', other: '其他' },
  kinds: { photo: '照片', video: '视频', voice: '语音' },
  askStates: { pending: '待审批', granted: '同意', refused: '不同意', lapsed: '失效' },
  actions: {
    file: '立案',
    dispatch: '派遣',
    transfer: '改派',
    accept: '接单',
    advance: '完成本阶段',
    finish: '反馈',
    settle: '自处理',
    check: '核查通过',
    rework: '返工',
    close: '结案',
    evaluate: '评价',
    reopen: '重新办理',
    archive: '归档',
    return: '回退',
    arbitrate: '裁定',
    extend: '延期',
    suspend: '挂账',
    resume: '恢复',
    supervise: '督办',
    answer: '回复督办',
    correct: '更正记录',
    split: '拆分',
    merge: '并案',
    unmerge: '撤销并案',
    void: '作废',
  },
  events: {
    'incident:reported': '上报',
    'incident:asked': '申请',
    'incident:refused': '不同意申请',
    'incident:rated': '群众评价',
    'incident:joined': '另一件并入本案',
    'incident:gathered': '各子案件办毕',
    'incident:attached': '补充资料',
    'incident:warned': '临近时限提醒',
    'incident:overdue': '超时提醒',
    'incident:escalated': '超时上报上级网格',
    'squad:offered': '派出队伍',
    'squad:accepted': '队伍接受',
    'squad:declined': '队伍谢绝',
    'squad:lapsed': '队伍未答复',
    'squad:enroute': '队伍出发',
    'squad:onscene': '队伍到场',
    'squad:done': '队伍完成',
    'squad:recalled': '召回队伍',
    'squad:nobody': '无队伍可派',
    'call:started': '通话开始',
    'call:ended': '通话结束',
    'call:missed': '呼叫未接通',
    'call:pictured': '截取通话画面（经同意）',
    'call:picture-refused': '不同意截取通话画面',
  },
}

const en: Words = {
  title: 'Case file',
  labels: {
    number: 'Number',
    class: 'Class',
    severity: 'Severity',
    state: 'State',
    source: 'Source',
    reportedAt: 'Reported',
    address: 'Place',
    place: 'Position (WGS 84)',
    grids: 'Grids',
    reporter: 'Reporter',
    phone: 'Contact',
    description: 'Description',
    recurrence: 'Recurrence',
    unit: 'Handled by',
    parent: 'Split from',
    into: 'Merged into',
  },
  sections: {
    clocks: 'Clocks',
    photos: 'Photographs',
    map: 'Map',
    recordings: 'Recordings (in the archive)',
    timeline: 'Timeline',
    requests: 'Requests and decisions',
    kin: 'Parts and repetitions',
    rating: 'Rating by the citizen',
  },
  clocks: ['Stage', 'Begun', 'Due', 'Done', 'Result'],
  timeline: ['No.', 'Time', 'Who', 'What', 'Note'],
  requests: ['Request', 'By', 'Time', 'Reason', 'Decision'],
  onTime: 'on time',
  running: 'running',
  late: (span) => `late by ${span}`,
  span: (days, hours, minutes) =>
    [days && `${days} d`, hours && `${hours} h`, !days && `${minutes} min`].filter(Boolean).join(' '),
  noClocks: 'No clock was kept.',
  takenAt: 'Taken',
  noEvidence: 'the photograph says nothing of when and where',
  addedAt: 'Sent',
  photoMissing: 'The file of this photograph is missing',
  morePhotos: (count) => `${count} more photographs are in the archive.`,
  mapNote: (printed) => `Source: the town’s own grids and roads, ${printed}. Dashed: borders of grids.`,
  none: 'None',
  part: 'Part',
  merged: 'Merged into this',
  satisfied: 'satisfied',
  dissatisfied: 'not satisfied',
  unrated: 'not rated',
  decision: 'Decision',
  page: (page, pages) => `Page ${page} of ${pages}`,
  printed: (at, by) => `Printed ${at} by ${by}`,
  sentTo: (who) => `to ${who}`,
  atRequestOf: (who) => `at the request of ${who}`,
  doneAt: (at) => `done at ${at}`,
  times: (count) => `time ${count + 1} within 90 days`,
  imported: 'import',
  states: {
    reported: 'reported',
    filed: 'filed',
    dispatched: 'dispatched',
    handling: 'handling',
    handled: 'handled',
    checked: 'checked',
    closed: 'closed',
    evaluated: 'evaluated',
    archived: 'archived',
    suspended: 'suspended',
    voided: 'void',
    merged: 'merged',
    split: 'split',
  },
  stages: { file: 'Filing', dispatch: 'Dispatch', handle: 'Handling', check: 'Check' },
  severities: { minor: 'minor', usual: 'usual', urgent: 'urgent' },
  sources: {
    member: 'grid member',
    officer: 'officer',
    citizen: 'citizen',
    monitoring: 'monitoring point',
    hotline: 'hotline',
    system: 'another system',
    import: 'import',
  },
  roles: {
    admin: 'administrator',
    leader: 'leader',
    dispatcher: 'dispatcher',
    officer: 'officer',
    member: 'grid member',
    device: 'device',
    citizen: 'citizen',
    system: 'system',
    import: 'import',
  },
  moments: { found: 'as found', handled: 'as handled', checked: 'as checked', other: 'other' },
  kinds: { photo: 'photograph', video: 'video', voice: 'voice' },
  askStates: { pending: 'waits', granted: 'granted', refused: 'refused', lapsed: 'lapsed' },
  actions: {
    file: 'filed',
    dispatch: 'dispatched',
    transfer: 'sent elsewhere',
    accept: 'accepted',
    advance: 'stage done',
    finish: 'handled',
    settle: 'settled on the spot',
    check: 'checked',
    rework: 'sent back for rework',
    close: 'closed',
    evaluate: 'evaluated',
    reopen: 'reopened',
    archive: 'archived',
    return: 'returned',
    arbitrate: 'arbitrated',
    extend: 'extended',
    suspend: 'suspended',
    resume: 'resumed',
    supervise: 'under supervision',
    answer: 'supervision answered',
    correct: 'record corrected',
    split: 'split',
    merge: 'merged',
    unmerge: 'merge undone',
    void: 'void',
  },
  events: {
    'incident:reported': 'reported',
    'incident:asked': 'asked for',
    'incident:refused': 'request refused',
    'incident:rated': 'rated by the citizen',
    'incident:joined': 'another merged into this',
    'incident:gathered': 'all parts are done',
    'incident:attached': 'more attached',
    'incident:warned': 'reminder: due soon',
    'incident:overdue': 'reminder: overdue',
    'incident:escalated': 'overdue, told to the grid above',
    'squad:offered': 'squad sent',
    'squad:accepted': 'squad accepted',
    'squad:declined': 'squad declined',
    'squad:lapsed': 'squad did not answer',
    'squad:enroute': 'squad on the way',
    'squad:onscene': 'squad on the scene',
    'squad:done': 'squad done',
    'squad:recalled': 'squad called back',
    'squad:nobody': 'no squad left to send',
    'call:started': 'call began',
    'call:ended': 'call ended',
    'call:missed': 'call not answered',
    'call:pictured': 'picture taken from the call, with consent',
    'call:picture-refused': 'picture refused',
  },
}

export const wordsOf: Record<Language, Words> = { 'zh-CN': zh, en }
export type { Words }
