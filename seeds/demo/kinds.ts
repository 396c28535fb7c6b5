// biome-ignore-all format: a table, one kind a line
import type { SpotKind } from './spots.ts'

export type Season = 'flat' | 'summer' | 'winter' | 'plumRain' | 'harvest' | 'holiday' | 'spring' | 'autumn'
export type Hours = 'office' | 'daylight' | 'market' | 'evening' | 'night' | 'traffic' | 'round'
export type Week = 'work' | 'leisure' | 'flat'

/** One sort of case within a class. `share` is its part of the whole year in per mille; all shares sum to 1000. */
export type CaseKind = {
  classCode: string
  title: string
  share: number
  season: Season
  hours: Hours
  week: Week
  places: Partial<Record<SpotKind, number>>
  sentences: string[]
}

const STREETS = { street: 6, junction: 2, lane: 3, market: 0.2 }
const HOMES = { estate: 6, hamlet: 3, lane: 1 }

function kind(classCode: string, title: string, share: number, rhythm: `${Season} ${Hours} ${Week}`, places: CaseKind['places'], ...sentences: string[]): CaseKind {
  const [season, hours, week] = rhythm.split(' ') as [Season, Hours, Week]
  return { classCode, title, share, season, hours, week, places, sentences }
}

/** What happens in the town, by class. */
export const caseKinds: readonly CaseKind[] = [
  kind('01', '露天焚烧垃圾', 12, 'winter daylight flat', { lane: 3, field: 2, hamlet: 2 }, '有人露天焚烧垃圾，浓烟较大', '发现焚烧枯枝落叶，现场有明火'),
  kind('01', '秸秆焚烧', 9, 'harvest evening flat', { field: 1 }, '农田内焚烧秸秆，烟雾影响周边通行', '收割后秸秆被点燃，过火面积约半亩'),
  kind('01', '企业废气异味', 15, 'summer round work', { works: 5, estate: 1 }, '厂区排放刺激性气味，周边居民反映强烈', '烟囱排放异常，疑似治理设施未开启'),
  kind('01', '疑似偷排污水', 8, 'flat night work', { works: 3, bank: 2 }, '雨水口有彩色污水流出，疑似偷排', '厂区后侧排口水体发黑有泡沫'),
  kind('01', '餐饮油烟扰民', 14, 'summer evening leisure', { street: 5, market: 1 }, '沿街餐饮店油烟直排，影响楼上住户', '烧烤店未安装油烟净化设施'),
  kind('01', '施工扬尘', 12, 'autumn daylight work', { street: 3, works: 2 }, '工地未落实湿法作业，扬尘明显', '渣土车未密闭运输，沿路抛洒'),
  kind('02', '企业安全隐患', 28, 'flat office work', { works: 1 }, '车间配电箱敞开，电线私拉乱接', '检查发现设备防护罩缺失', '仓库货物堵塞安全出口'),
  kind('02', '危险化学品存放不规范', 10, 'summer office work', { works: 1 }, '油漆稀释剂露天堆放，无防晒措施', '危化品仓库台账不全，未设置警示标志'),
  kind('02', '高处作业无防护', 13, 'flat daylight work', { works: 3, street: 1 }, '工人在屋面作业未系安全带', '脚手架未设置安全网'),
  kind('02', '燃气使用隐患', 9, 'winter market flat', { street: 3, market: 1, estate: 2 }, '餐饮店液化气瓶与灶台距离不足', '燃气软管老化，未安装报警器'),
  kind('03', '疑似违法占用耕地', 7, 'spring daylight work', { field: 4, lane: 1 }, '农田内堆放砂石料，疑似占用耕地', '发现耕地硬化浇筑水泥地坪'),
  kind('03', '擅自取土挖塘', 5, 'winter daylight work', { field: 3, bank: 1 }, '有挖机在田间取土，未见审批公示', '农田被开挖成鱼塘'),
  kind('03', '耕地抛荒', 6, 'spring office work', { field: 1 }, '连片农田杂草丛生，疑似抛荒', '承包地长期无人耕种'),
  kind('04', '暴露垃圾', 68, 'summer daylight flat', { ...STREETS, estate: 2, hamlet: 3 }, '路边有成堆生活垃圾未清运', '垃圾桶满溢，垃圾散落在地', '绿化带内有暴露垃圾'),
  kind('04', '积存建筑垃圾', 40, 'flat daylight work', { lane: 4, street: 2, estate: 3 }, '装修垃圾堆放多日无人清理', '路口偷倒渣土约两方'),
  kind('04', '乱张贴小广告', 31, 'flat office work', { street: 5, estate: 3, market: 0.3 }, '墙面、灯杆张贴大量小广告', '公交站台被喷涂非法广告'),
  kind('04', '道路不洁', 36, 'autumn daylight flat', STREETS, '路面有泥土抛洒，未及时清扫', '落叶堆积，路面湿滑'),
  kind('04', '门前脏乱', 25, 'flat market leisure', { street: 6, market: 1.5 }, '店铺门前杂物堆放，地面油污', '门前三包未落实，垃圾随意丢弃'),
  kind('05', '违法搭建', 15, 'flat daylight work', { hamlet: 4, estate: 3, lane: 1 }, '住户正在屋顶搭建彩钢棚', '院内砌墙扩建，未见审批手续', '底层住户破墙开门'),
  kind('05', '未批先建厂房', 7, 'flat office work', { works: 4, field: 1 }, '厂区内新建钢结构厂房，未见规划许可', '围墙外侧擅自扩建仓库'),
  kind('06', '流动摊贩占道经营', 72, 'summer evening leisure', { street: 6, junction: 3, market: 3, school: 2 }, '流动摊贩占道经营，影响通行', '三轮车占用人行道售卖水果', '夜宵摊占用非机动车道，人流较多'),
  kind('06', '店外经营', 43, 'summer market leisure', { street: 6, market: 2.5 }, '店铺将货物摆放至人行道', '饭店在门外摆放桌椅', '商户占用盲道堆放商品'),
  kind('06', '占道堆物', 15, 'flat market flat', { street: 4, lane: 2, market: 1 }, '人行道上堆放建材，行人绕行', '有人在路边晾晒稻谷，占用车道'),
  kind('07', '机动车违停', 72, 'flat traffic flat', { street: 6, junction: 2, school: 3, market: 2 }, '多辆机动车停放在人行道', '车辆违停堵塞消防通道', '路口转角违停，遮挡视线'),
  kind('07', '非机动车乱停放', 30, 'flat traffic leisure', { street: 5, school: 1, market: 2 }, '电动自行车停放杂乱，占用盲道', '共享单车堆积在路口'),
  kind('07', '道路遗撒', 16, 'flat round work', { street: 5, junction: 2 }, '货车遗撒砂石，存在安全隐患', '路面有油污，车辆打滑'),
  kind('07', '交通事故阻路', 14, 'winter traffic flat', { junction: 6, street: 2 }, '两车剐蹭停在路中，造成拥堵', '电动车与轿车相撞，需现场疏导'),
  kind('07', '信号灯故障', 8, 'plumRain round flat', { junction: 1 }, '信号灯不亮，车辆通行混乱', '红绿灯相位异常，长时间红灯'),
  kind('08', '消防通道堵塞', 19, 'flat evening flat', { estate: 6, works: 1, market: 0.5 }, '小区消防通道被私家车占用', '楼道堆放杂物堵塞疏散通道'),
  kind('08', '电动车违规充电', 18, 'winter evening flat', { estate: 5, hamlet: 2 }, '住户从楼上飞线充电', '电动车推入楼道内充电'),
  kind('08', '消防设施缺损', 13, 'flat office work', { estate: 3, works: 3, market: 0.5 }, '消火栓无水，箱内水带缺失', '灭火器过期未更换'),
  kind('09', '邻里斗殴', 8, 'summer night leisure', { estate: 2, street: 3, market: 1 }, '有人酒后争吵推搡，需到场处置', '商户之间发生肢体冲突'),
  kind('09', '噪声扰民', 17, 'summer night leisure', { estate: 4, street: 2 }, '广场舞音响声音过大，居民投诉', '工地夜间施工，噪声影响休息', '店铺外放喇叭招揽顾客'),
  kind('09', '可疑人员', 6, 'flat night flat', { estate: 3, hamlet: 2 }, '有陌生人在小区内逐户敲门', '发现有人翻越围墙'),
  kind('09', '违规燃放烟花爆竹', 4, 'holiday evening leisure', HOMES, '有人在禁放区燃放烟花', '开业庆典燃放鞭炮，碎屑满地'),
  kind('10', '邻里纠纷', 22, 'flat office work', HOMES, '因漏水赔偿问题邻里发生纠纷', '宅基地边界争议，双方情绪激动'),
  kind('10', '劳资纠纷', 16, 'winter office work', { works: 1 }, '工人反映拖欠两个月工资', '离职结算存在争议，要求协调'),
  kind('10', '物业矛盾', 17, 'flat evening flat', { estate: 1 }, '业主对停车收费不满，聚集讨说法', '电梯维修费用分摊引发争议'),
  kind('11', '路灯不亮', 24, 'winter evening flat', { street: 5, lane: 4 }, '连续多盏路灯不亮，夜间通行不便', '路灯杆倾斜，线缆外露'),
  kind('11', '路面破损', 28, 'spring daylight work', { street: 5, lane: 4, junction: 1 }, '路面坑洼，车辆颠簸', '人行道板松动翘起'),
  kind('11', '井盖缺损', 18, 'flat daylight flat', { street: 6, lane: 2 }, '雨水井盖破损下沉', '井盖移位，存在坠落风险'),
  kind('11', '道路积水', 22, 'plumRain round flat', { street: 4, junction: 3, lane: 3 }, '路面积水约二十厘米，车辆难以通行', '下穿道路积水，需抽排', '雨水篦堵塞，积水漫上人行道'),
  kind('11', '护栏标牌损坏', 18, 'flat daylight work', { street: 5, junction: 2 }, '中央护栏被撞变形', '指路牌脱落'),
  kind('12', '食品经营不规范', 15, 'summer market flat', { street: 3, market: 2, school: 1.5 }, '熟食摊点无防蝇防尘设施', '餐饮店后厨卫生差，无健康证'),
  kind('12', '销售过期食品', 6, 'flat office flat', { street: 3, market: 1 }, '超市货架上有过期食品', '小卖部销售三无食品'),
  kind('12', '无证行医售药', 4, 'flat office work', { street: 2, hamlet: 1 }, '店铺涉嫌无证推销保健药品', '诊所未公示执业许可'),
  kind('13', '河面漂浮物', 17, 'summer daylight flat', { bank: 1 }, '河面有水葫芦和生活垃圾漂浮', '桥下聚集大量漂浮物'),
  kind('13', '河岸垃圾', 9, 'flat daylight flat', { bank: 1 }, '河岸堆放建筑垃圾', '岸坡种菜，倾倒农业废弃物'),
  kind('13', '河道水位异常', 5, 'plumRain round flat', { bank: 1 }, '河道水位上涨，接近警戒', '排涝站前水流不畅'),
  kind('13', '违规捕鱼', 4, 'spring night flat', { bank: 1 }, '有人在河道电鱼', '发现地笼网多处'),
  kind('14', '停车难诉求', 12, 'flat evening work', { estate: 3, street: 1 }, '居民希望增设停车泊位', '希望规范小区外道路停车'),
  kind('14', '供水供电诉求', 14, 'summer round flat', HOMES, '多户反映水压不足', '夏季用电高峰跳闸频繁'),
  kind('14', '绿化养护诉求', 12, 'spring office work', { estate: 3, street: 2 }, '行道树遮挡路灯，希望修剪', '绿地枯死植被需要补种'),
  kind('14', '老旧设施改造诉求', 12, 'flat office work', { estate: 3, hamlet: 2 }, '希望加装健身设施和扶手', '老旧楼道照明需要更换'),
]
