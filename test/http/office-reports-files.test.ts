// Reports as files: CSV and PDF, their names, and what is said of fonts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findFont } from '../../src/reports/index.js'
import type { Office } from './office.js'
import { startOffice } from './office.js'
import { fill } from './office-reports-samples.js'

const UTILIZATION = '/api/reports/utilization'
const INVENTORY = '/api/reports/inventory'
const zh = { 'accept-language': 'zh-CN' }
const noFont = findFont(null) === null ? 'no font with Chinese is installed' : false

/** As bytes: the harness reads text. */
async function file(office: Office, token: string, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as object) }
  const response = await fetch(office.h.url + path, { ...init, headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes }
}

const isPdf = (bytes: Buffer) => bytes.subarray(0, 5).toString() === '%PDF-'

t.test('CSV has the columns that programs know, and nothing that runs', async t => {
  const office = await startOffice(t)
  await fill(office)
  const reader = await office.token('reader')
  const { headers, bytes } = await file(office, reader, `${INVENTORY}?format=csv`)
  t.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
  t.equal(headers.get('content-disposition'), 'inline; filename="ipam-inventory-2024-01-16.csv"')
  const lines = bytes.toString().split('\r\n')
  t.strictSame(lines, [
    'ip_address,subnet_network,status,mac_address,hostname,device_type,location,assigned_to,description,allocated_at,created_at',
    '192.168.1.1,192.168.1.0/24,allocated,,,gateway,,,,,2024-01-15T10:30:00Z',
    "192.168.1.2,192.168.1.0/24,allocated,aa:bb:cc:dd:ee:ff,server01,server,机房A,张三,'=1+1,2024-01-15T10:30:00Z,2024-01-15T10:30:00Z",
    '192.168.1.3-192.168.1.6,192.168.1.0/24,allocated,,,,,,,2024-01-15T10:30:00Z,2024-01-15T10:30:00Z',
    '192.168.1.8,192.168.1.0/24,allocated,,,,,,,2024-01-16T10:30:00Z,2024-01-16T10:30:00Z',
    '192.168.1.50,192.168.1.0/24,reserved,,,,,system,for later,,2024-01-16T10:30:00Z',
    '',
  ])
  const utilization = await file(office, reader, `${UTILIZATION}?format=csv`)
  t.strictSame(utilization.bytes.toString().split('\r\n').slice(0, 2), [
    'subnet_id,network,total_ips,allocated_ips,reserved_ips,available_ips,utilization_rate,allocated_in_period,released_in_period',
    '1,192.168.1.0/24,254,7,1,246,2.76,4,1',
  ])
})

t.test('a Chinese CSV begins with a byte order mark; its columns are the same', async t => {
  const office = await startOffice(t)
  await fill(office)
  const reader = await office.token('reader')
  const path = `${INVENTORY}?format=csv`
  const english = (await file(office, reader, path)).bytes
  const chinese = (await file(office, reader, path, { headers: zh })).bytes
  t.equal(chinese.subarray(0, 3).toString('hex'), 'efbbbf')
  t.ok(chinese.subarray(3).equals(english))
})

t.test('an export is a file to be saved, in each format of each report', async t => {
  const office = await startOffice(t)
  await fill(office)
  const manager = await office.token('manager')
  for (const report_type of ['utilization', 'inventory'])
    for (const format of ['json', 'csv', 'pdf']) {
      const { status, headers, bytes } = await file(office, manager, '/api/reports/export', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ report_type, format, filters: { subnet_id: 1 } }),
      })
      t.equal(status, 200, `${report_type} ${format}`)
      const name = `ipam-${report_type}-2024-01-16.${format}`
      t.equal(headers.get('content-disposition'), `attachment; filename="${name}"`)
      t.equal(isPdf(bytes), format === 'pdf')
      if (format === 'json') t.ok(JSON.parse(bytes.toString()))
    }
})

t.test('the document’s own example is a PDF', async t => {
  const office = await startOffice(t)
  await fill(office)
  const manager = await office.token('manager')
  const filters = { subnet_id: 1, start_date: '2024-01-01', end_date: '2024-01-31' }
  const body = { report_type: 'utilization', format: 'pdf', filters }
  const answer = await office.as(manager, 'POST', '/api/reports/export', body)
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('content-type'), 'application/pdf')
})

t.test('a PDF in Chinese embeds what it needs of a font', { skip: noFont }, async t => {
  const office = await startOffice(t)
  await fill(office)
  const reader = await office.token('reader')
  for (const path of [UTILIZATION, INVENTORY]) {
    const { bytes } = await file(office, reader, `${path}?format=pdf`, { headers: zh })
    t.ok(isPdf(bytes), path)
    t.match(bytes.toString('latin1'), /\/FontFile[23] /, path)
  }
  t.strictSame(office.h.logged, [])
})

t.test('what no font has is in the log', async t => {
  const fontPath = join(t.testdir(), 'no-font.ttf')
  writeFileSync(fontPath, 'this is no font')
  const office = await startOffice(t, { reports: { fontPath, pdfsMax: 2, pdfRowsMax: 100 } })
  await fill(office)
  const reader = await office.token('reader')
  const { bytes } = await file(office, reader, `${INVENTORY}?format=pdf`)
  t.ok(isPdf(bytes))
  t.match(office.h.logged, [
    { level: 'warn', message: 'the font for reports cannot be read' },
    { level: 'warn', message: /install fonts-wqy-microhei/, fields: { characters: 4 } },
  ])
})

t.test('PDFs beyond those a node makes at one time are refused', async t => {
  const office = await startOffice(t, { reports: { fontPath: null, pdfsMax: 1, pdfRowsMax: 1 } })
  await fill(office)
  const reader = await office.token('reader')
  const path = `${INVENTORY}?format=pdf`
  const answers = await Promise.all([1, 2, 3].map(() => file(office, reader, path)))
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 503, 503])
  t.equal((await file(office, reader, path)).status, 200, 'and the next one is made')
})
