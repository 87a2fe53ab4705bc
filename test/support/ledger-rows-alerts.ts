// What every implementation of AlertRows must give: open ones are found by what they are about, and old ones go.
import type { Alert } from '../../src/ledger/index.js'
import { ids, MANY, type WithRows } from './ledger-rows-samples.js'

export function alertRow(set: Partial<Alert> & { id: number }): Alert {
  return {
    kind: 'utilization',
    severity: 'medium',
    networkId: 1,
    allocationId: null,
    subject: '10.0.0.0/24',
    figure: 8123,
    raisedMs: 1_700_000_000_000,
    resolvedMs: null,
    mails: 1,
    mailed: 0,
    revision: 7,
    ...set,
  }
}

export function testAlertRows(withRows: WithRows): void {
  withRows('an alert comes back as it was written, and as it was replaced', (t, { rows }) => {
    const full = alertRow({
      id: 2 ** 40,
      kind: 'expiry',
      severity: 'critical',
      allocationId: 5,
      subject: '2001:db8::5-2001:db8::9',
      figure: 253_402_300_799_999,
      mails: 3,
      mailed: 2,
    })
    rows.saveAlert(full)
    rows.saveAlert(alertRow({ id: 1, kind: 'conflict', severity: 'low', allocationId: 5 }))
    t.strictSame(rows.alert(2 ** 40), full)
    t.equal(rows.alert(2), null)
    const replaced = alertRow({ id: 1, kind: 'conflict', severity: 'high', allocationId: 6 })
    rows.saveAlert(replaced)
    t.strictSame(rows.alert(1), replaced)
  })

  withRows('those about a network are not those about what is in it', (t, { rows }) => {
    rows.saveAlert(alertRow({ id: 3, kind: 'expiry', allocationId: 1 }))
    rows.saveAlert(alertRow({ id: 2, kind: 'conflict', allocationId: 1, networkId: 2 }))
    rows.saveAlert(alertRow({ id: 1 }))
    t.strictSame(rows.openAlertsAbout({ networkId: 1 }), [alertRow({ id: 1 })])
    t.strictSame(rows.openAlertsAbout({ networkId: 2 }), [])
    t.strictSame(ids(rows.openAlertsAbout({ allocationId: 1 })), [2, 3])
    t.strictSame(rows.openAlertsAbout({ allocationId: 2 }), [])
  })

  withRows('a resolved one is open no more, and another may follow it', (t, { rows }) => {
    rows.saveAlert(alertRow({ id: 1 }))
    rows.saveAlert(alertRow({ id: 1, resolvedMs: 5, revision: 8 }))
    t.strictSame(rows.openAlertsAbout({ networkId: 1 }), [])
    rows.saveAlert(alertRow({ id: 2 }))
    t.strictSame(ids(rows.openAlertsAbout({ networkId: 1 })), [2])
    t.strictSame(rows.alert(1), alertRow({ id: 1, resolvedMs: 5, revision: 8 }))
  })

  withRows('those that were resolved long ago are forgotten by (time, id)', (t, { rows }) => {
    for (const [id, resolvedMs] of [
      [1, 30],
      [2, 10],
      [3, 10],
      [4, null],
      [5, 20],
    ] as const) {
      rows.saveAlert(alertRow({ id, networkId: id, resolvedMs }))
    }
    const left = () => [1, 2, 3, 4, 5].filter(id => rows.alert(id) !== null)
    t.equal(rows.forgetAlerts(10, MANY), 0, 'that very time is not before it')
    t.equal(rows.forgetAlerts(30, 1), 1)
    t.strictSame(left(), [1, 3, 4, 5])
    t.equal(rows.forgetAlerts(30, 1), 1)
    t.strictSame(left(), [1, 4, 5])
    t.equal(rows.forgetAlerts(99, MANY), 2)
    t.strictSame(left(), [4], 'an open one stays')
    t.equal(rows.forgetAlerts(99, MANY), 0)
  })
}
