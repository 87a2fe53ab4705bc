// What an alert says to people, in the language of whoever reads it.
import type { Alert } from '../../../ledger/index.js'
import type { Language } from '../../language.js'
import { timestamp } from '../../timestamps.js'

export function alertMessage(alert: Alert, language: Language): string {
  const { kind, subject, figure } = alert
  switch (kind) {
    case 'utilization': {
      const percent = (figure / 100).toFixed(2)
      return language === 'zh'
        ? `网段${subject}的使用率已达${percent}%`
        : `Subnet ${subject} is allocated to ${percent} %.`
    }
    case 'expiry':
      return language === 'zh'
        ? `${subject}的分配将于${timestamp(figure)}到期`
        : `The allocation of ${subject} ends at ${timestamp(figure)}.`
    case 'conflict':
      return language === 'zh'
        ? `${subject}出现在${figure}个MAC地址下`
        : `${subject} is held under ${figure} MAC addresses.`
  }
}
