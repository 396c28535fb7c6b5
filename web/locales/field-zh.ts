import type { Trouble } from '../field/state.ts'

const why: Record<Trouble, { title: string; text: string }> = {
  insecure: {
    title: '没有定位：网址不安全',
    text: '浏览器只向 https 网址提供定位。请改用 https 打开本页；没有 https 时，请管理员为您的手机开通 Traccar Client。',
  },
  unsupported: {
    title: '没有定位：浏览器不支持',
    text: '这个浏览器不提供定位。请换用手机自带的浏览器或 Chrome。',
  },
  denied: {
    title: '没有定位：未允许',
    text: '定位权限被拒绝。请点网址左侧的图标 → 权限 → 位置 → 允许，再点“重新定位”。也请确认系统设置里浏览器可以使用位置。',
  },
  unavailable: {
    title: '没有定位：收不到信号',
    text: '手机暂时测不到位置。请打开手机的定位服务，走到室外或窗边；恢复后自动继续。',
  },
  silent: {
    title: '没有定位：手机不再给出位置',
    text: '超过 90 秒没有新的位置。请保持屏幕亮着、本页在最前，或点“重新定位”。',
  },
}

export const fieldZh = {
  title: '外勤',
  loading: '正在确认班次',
  retry: '重试',
  close: '关闭',
  cancel: '取消',
  menu: '本页操作',
  board: '看指挥总览',
  failed: '外勤页没有加载成功。',
  noOfficer: {
    title: '这个账号没有对应的队员',
    text: '外勤页为一名队员或网格员上报位置。请管理员把账号和队员对应起来。',
  },
  states: {
    off: { title: '未在岗', text: '不记录位置，也没有人看得到您在哪里。' },
    searching: { title: '在岗，正在定位', text: '请到室外或窗边，第一次定位可能要半分钟。' },
    reporting: { title: '在岗，正在上报', text: '指挥中心看得到您的位置。请保持屏幕亮着、本页在最前。' },
    keeping: {
      title: '在岗，先存在手机里',
      text: '现在连不上服务器。位置照常记录在手机里，有网后自动补报，一条不丢。',
    },
  },
  why,
  again: '重新定位',
  signOn: '上岗签到',
  signOff: '下岗签退',
  busy: '正在办理…',
  ending: (time: string) => `已于 ${time} 停止记录。签退还没有送到服务器，有网后自动送达。`,
  confirm: {
    title: '现在签退？',
    text: '签退后立即停止记录位置，指挥中心不再看到您。',
    waiting: (count: string) => `还有 ${count} 条在岗时的位置没有送达，会继续补报。`,
    stay: '继续在岗',
  },
  out: {
    title: '退出登录？',
    text: '您还在岗。退出后本页不再上报位置，但不会签退。需要下班请先签退。',
    go: '仍然退出',
  },
  now: {
    title: '此刻',
    acknowledged: '最近送达',
    never: '还没有',
    accuracy: '精度',
    meters: (meters: string) => `±${meters} 米`,
    poor: (meters: string) => `±${meters} 米，偏差大`,
    speed: '速度',
    speedOf: (kmh: string) => `${kmh} 公里/时`,
    standing: '静止',
    grid: '责任网格',
    noGrid: '未指定',
    since: '签到',
    unknown: '未知',
  },
  waiting: {
    none: '没有等待补报的位置',
    some: (count: string) => `${count} 条位置等待补报`,
    oldest: (time: string) => `最早一条 ${time}`,
    offline: '没有网络',
    online: '已连接',
    volatile: '这个浏览器不保存数据：等待补报的位置，关闭本页就会丢失。请不要用无痕模式。',
    refused: '服务器没有收下',
  },
  awake: { on: '屏幕保持常亮', off: '请让屏幕保持亮着：锁屏后浏览器停止定位。' },
  battery: (percent: number) => `电量 ${percent}%，请充电或调低亮度。`,
  clock: (time: string) => `手机时钟与服务器相差 ${time}，已按服务器时间上报。请打开“自动确定时间”。`,
  record: {
    title: '记录什么、记录多久',
    lines: [
      '只在签到到签退之间记录；不在岗时不记录、不显示。',
      '记录：经纬度、精度、速度、方向、时间、电量。移动时最多每 5 秒一条，静止时约每 30 秒一条。',
      '保存到管理员设定的天数为止（出厂设定 180 天），到期整天删除。',
      '谁看过您的轨迹、何时、为什么，都会记录在案，列在下面。',
    ] as string[],
  },
  looks: {
    title: '谁看过我的轨迹',
    empty: '还没有人看过您的轨迹。',
    span: (from: string, to: string) => `看的是 ${from} 至 ${to}`,
    more: '更早的记录',
    loading: '正在加载查阅记录',
  },
  /** By the problem's code; {time} is when the next duty begins. */
  refusals: {
    'off-duty': '现在不是您的值班时间，下一班 {time} 开始；提前 15 分钟可以签到。',
    'off-duty-none': '现在不是您的值班时间，未来一周也没有排班。请联系值班管理员。',
    network: '没有网络，签到没有送达。请在有网的地方再试。',
  } as Record<string, string>,
}

export type FieldDictionary = typeof fieldZh
