// biome-ignore-all format: lists of words
import type { Random } from './random.ts'

export const TOWN = { code: '990281104', name: '澄霞镇', nameEn: 'Chengxia' } as const

export const COMMUNITIES = ['霞光社区', '学前社区', '澄北社区', '河西社区', '新市社区', '古渡社区']
export const VILLAGES = [
  '沈家桥村', '白鹭村', '陆巷村', '金塘村', '云泾村', '西岸村', '桑园村', '双泾村', '荷塘村', '鹤山村',
  '上圩村', '顾庄村', '长浜村', '新丰村', '北渚村',
]

const SURNAMES = [...'沈陆顾徐钱朱吴周赵许谢俞薛曹殷缪包戴邵季贡卞汤承夏蒋袁严费浦章耿庄梅葛尤瞿邱翁倪华姚邹']
const PLACES = ['巷', '家桥', '家浜', '庄', '家里', '家湾', '家埭', '家圩', '家塘', '家村', '家宕', '家墩', '家弄', '家堰']
const LAND = ['东', '西', '南', '北', '前', '后', '大', '小', '上', '下', '中', '新', '老', '高', '长']
const FEATURES = ['河头', '桥头', '石桥', '桑园', '荷塘', '竹园', '杨树', '芦荡', '渡口', '圩岸', '柳塘', '梅园', '稻场', '庙前', '窑头', '坝上']
const ESTATES_A = ['锦绣', '澄霞', '碧水', '阳光', '金桂', '水岸', '翠竹', '春江', '和谐', '丽景', '秀水', '枫林', '香樟', '月湖', '文景', '书香', '康乐', '金域', '东方', '望霞', '御景', '天润', '华府', '南苑', '北辰', '凤凰', '玉兰', '海棠', '桃源', '清枫', '滨河', '荷塘', '明珠', '江南']
const ESTATES_B = ['花园', '苑', '名邸', '新村', '家园', '华庭', '公寓', '小区', '雅苑', '湾']
const LANES_A = ['北大', '南大', '东大', '西大', '学前', '混堂', '当铺', '米市', '鱼行', '竹行', '染坊', '铁匠', '庙前', '城隍', '书院', '井亭', '石板', '青果', '柴场', '油车', '木梳', '花园', '仁义', '太平', '长寿', '百花', '状元', '锦带', '砚池', '采莲']
const LANES_B = ['街', '巷', '弄']
const STREETS_A = ['春晖', '秋实', '明珠', '锦绣', '丰收', '友谊', '和平', '建设', '光明', '新华', '胜利', '团结', '富民', '兴业', '创新', '科技', '腾飞', '园区', '长江', '太湖', '梅园', '香樟', '银杏', '玉兰', '芙蓉', '紫薇', '海棠', '碧波', '望湖', '临河', '花港', '稻香', '麦浪', '桃源', '竹海', '松林', '枫桥', '杏花', '柳岸', '荷风', '勤丰', '永宁', '泰安', '嘉禾', '瑞景']
const STREETS_B = ['路', '街', '东路', '西路', '一路', '二路', '三路']
const FIRMS_A = ['恒', '鑫', '华', '宏', '瑞', '盛', '泰', '嘉', '永', '天', '海', '润', '达', '凯', '锦', '丰', '博', '远', '澄', '霞']
const FIRMS_B = ['源', '达', '通', '力', '隆', '发', '顺', '信', '成', '昌', '翔', '宇', '邦', '峰', '业', '和']
const FIRMS_C = ['纺织', '印染', '机械', '精密铸造', '电镀', '化工', '新材料', '塑业', '金属制品', '包装', '钢管', '木业', '热能', '电子', '毛纺', '涂料']
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文玉志红春梅永林海峰晓东雪琴慧波斌辉鹏飞宇婷欣怡凯俊浩博思雨佳琪国良金根龙兴荣福'.replaceAll('平', '萍')]

/** Every pairing of two lists in a chance order: names without repeats. */
function pairs(random: Random, first: readonly string[], second: readonly string[]): string[] {
  return random.shuffle(first.flatMap((a) => second.map((b) => a + b)))
}

/** Names of natural villages: 沈家桥, 东河头, …; none is used twice. */
export function hamletNames(random: Random): string[] {
  const byFamily = pairs(random, SURNAMES, PLACES).filter((name) => name !== '庄庄' && name[1] !== name[0])
  const byLand = pairs(random, LAND, FEATURES)
  return byFamily.flatMap((name, i) => (i % 3 === 2 && byLand[i / 3 | 0] ? [name, byLand[i / 3 | 0]!] : [name]))
}

export const estateNames = (random: Random) => pairs(random, ESTATES_A, ESTATES_B)
export const laneNames = (random: Random) => pairs(random, LANES_A, LANES_B)
export const streetNames = (random: Random) => pairs(random, STREETS_A, STREETS_B)
export const firmNames = (random: Random) =>
  pairs(random, FIRMS_A, FIRMS_B).map((name) => `${name}${random.pick(FIRMS_C)}${random.pick(['有限公司', '有限公司', '厂'])}`)

/** A person's name, two or three characters. */
export function personName(random: Random): string {
  const given = random.chance(0.3) ? random.pick(GIVEN) : random.pick(GIVEN) + random.pick(GIVEN)
  return random.pick(SURNAMES) + given
}
