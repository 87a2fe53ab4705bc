// In Chinese, what is wrong with one field: the clauses that validation and the ledger have in English.

const ANYTHING = '格式不正确'

/** The first that fits. `$1` is what the English clause has there. */
const clauses: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^it is missing$/, '缺少该字段'],
  [/^it is not known here$/, '未知字段'],
  [/^it is wrong$/, '不正确'],
  [/^it must be one of (.+)$/, '必须是以下之一：$1'],
  [/^it must be (?:string|text)$/, '必须是字符串'],
  [/^it must be (?:integer|a whole number)$/, '必须是整数'],
  [/^it must be number$/, '必须是数字'],
  [/^it must be (?:boolean|true or false)$/, '必须是布尔值'],
  [/^it must be object$/, '必须是对象'],
  [/^it must be array$/, '必须是数组'],
  [/^it must NOT have more than (\d+) characters$/, '不能超过$1个字符'],
  [/^it must NOT have fewer than (\d+) characters$/, '不能少于$1个字符'],
  [/^it must NOT have more than (\d+) items$/, '不能超过$1项'],
  [/^it must NOT have fewer than (\d+) items$/, '不能少于$1项'],
  [/^it must NOT have fewer than (\d+) properties$/, '至少需要$1个字段'],
  [/^it must be >= (\S+)$/, '不能小于$1'],
  [/^it must be <= (\S+)$/, '不能大于$1'],
  [/^it must be text without control characters$/, '不能包含控制字符'],
  [/^it must be a time to come$/, '必须是将来的时间'],
  [/^it must be a time like (\S+)$/, '必须是形如$1的时间'],
  [/^it must be an address or a CIDR$/, '必须是IP地址或CIDR网段'],
  [/^the parameter may be given only once$/, '该参数只能出现一次'],
  [/^a password has at least (\d+) characters$/, '密码至少需要$1个字符'],
  [/^a password has at most (\d+) characters$/, '密码不能超过$1个字符'],
  [/^a password is not the user name$/, '密码不能与用户名相同'],
  [/^a password is not one character repeated$/, '密码不能由同一字符重复组成'],
  [/^a password is well-formed Unicode$/, '密码必须是有效的Unicode文本'],
  [
    /^must be 1 to 64 letters, digits or \._@\+-/,
    '必须由1到64个字母、数字或._@+-组成，不能以符号开头，也不能是system',
  ],
  [/^(?:it )?must be a colour like (\S+)$/, '必须是形如$1的颜色'],
  [/^a tag begins with its key$/, '标签必须以键开头'],
  [/^must be one of (.+)$/, '必须是以下之一：$1'],
  [/^must be a host name or an IP address$/, '必须是主机名或IP地址'],
  [/^must be a whole number from (\d+) to (\d+)$/, '必须是$1到$2之间的整数'],
  [/^must not be empty$/, '不能为空'],
  [/^must have at most (\d+) characters$/, '不能超过$1个字符'],
  [/^must be at most (\d+)$/, '不能超过$1'],
  [/^only a select has options$/, '只有下拉选择类型可以有选项'],
  [/^a select has at least one option$/, '下拉选择类型至少需要一个选项'],
  [/^an option may be given only once$/, '选项不能重复'],
  [/^it must be a day like (\S+)$/, '必须是形如$1的日期'],
  [/^it must be a day like (\S+) or a time like (\S+)$/, '必须是形如$1的日期或形如$2的时间'],
  [/^it must not be after end_date$/, '不能晚于end_date'],
  [/^it must be less than (\d+) days before end_date$/, '与end_date之间不能超过$1天'],
  [/^must be an address like name@host$/, '邮箱格式不正确'],
]

export function chineseClause(english: string): string {
  const found = clauses.find(([pattern]) => pattern.test(english))
  return found === undefined ? ANYTHING : english.replace(found[0], found[1])
}
