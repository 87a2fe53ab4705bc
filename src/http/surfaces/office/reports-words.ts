// The words on the pages of a report, in each of our languages. Columns of CSV are named alike in all of them: programs read those.
import type { Language } from '../../language.js'

const english = {
  utilizationTitle: 'IP address utilization report',
  inventoryTitle: 'IP address inventory',
  madeAt: (time: string) => `Made at ${time}`,
  period: (from: string, to: string) => `Period: ${from} to ${to} (UTC)`,
  subnet: (network: string) => `Subnet: ${network}`,
  allSubnets: 'All subnets',
  status: (status: string) => `Status: ${status}`,
  statuses: { allocated: 'allocated', reserved: 'reserved', conflict: 'conflict' },
  subnets: 'Subnets',
  entries: 'Entries',
  total: 'Addresses (IPv4)',
  allocated: 'Allocated',
  reserved: 'Reserved',
  available: 'Available',
  utilization: 'Utilization',
  conflicts: 'Conflicts',
  fullest: 'Fullest subnets',
  trends: 'Allocations by day',
  began: 'allocated',
  ended: 'released',
  subnetTable: 'Subnets',
  addressTable: 'Addresses',
  columns: {
    network: 'Subnet',
    total: 'Addresses',
    allocated: 'Allocated',
    reserved: 'Reserved',
    available: 'Available',
    utilization: 'Utilization',
    began: 'Allocated in period',
    ended: 'Released in period',
    address: 'Address',
    status: 'Status',
    mac: 'MAC address',
    hostname: 'Host name',
    device: 'Device',
    location: 'Location',
    assigned: 'Assigned to',
    description: 'Description',
    allocatedAt: 'Allocated at',
  },
  of: (percent: string, total: string) => `${percent} % of ${total}`,
  empty: 'There is nothing to show.',
  cut: (rows: string) => `Only the first ${rows} rows are shown here; the CSV format has all.`,
  lost: (packages: string) =>
    `Some characters are shown as question marks, since this server has no font for them (packages ${packages}, or the option reports.font).`,
}

export type Words = typeof english

const chinese: Words = {
  utilizationTitle: 'IP地址使用率报告',
  inventoryTitle: 'IP地址清单',
  madeAt: time => `生成时间：${time}`,
  period: (from, to) => `统计周期：${from} 至 ${to}（UTC）`,
  subnet: network => `网段：${network}`,
  allSubnets: '全部网段',
  status: status => `状态：${status}`,
  statuses: { allocated: '已分配', reserved: '已保留', conflict: '冲突' },
  subnets: '网段总数',
  entries: '条目数',
  total: '地址总数（IPv4）',
  allocated: '已分配',
  reserved: '已保留',
  available: '可用',
  utilization: '使用率',
  conflicts: '冲突',
  fullest: '使用率最高的网段',
  trends: '每日分配趋势',
  began: '分配',
  ended: '释放',
  subnetTable: '网段明细',
  addressTable: '地址明细',
  columns: {
    network: '网段',
    total: '地址总数',
    allocated: '已分配',
    reserved: '已保留',
    available: '可用',
    utilization: '使用率',
    began: '期间分配',
    ended: '期间释放',
    address: 'IP地址',
    status: '状态',
    mac: 'MAC地址',
    hostname: '主机名',
    device: '设备类型',
    location: '位置',
    assigned: '使用人',
    description: '描述',
    allocatedAt: '分配时间',
  },
  of: (percent, total) => `${percent}%，共${total}`,
  empty: '没有可显示的数据。',
  cut: rows => `此处仅显示前${rows}行；CSV格式包含全部数据。`,
  lost: packages =>
    `部分字符因服务器缺少字体而显示为问号（请安装软件包 ${packages}，或设置选项 reports.font）。`,
}

export function wordsIn(language: Language): Words {
  return language === 'zh' ? chinese : english
}

/** 1234567 as 1,234,567. */
export function grouped(count: bigint | number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
