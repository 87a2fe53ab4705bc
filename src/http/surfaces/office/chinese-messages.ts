// In Chinese, what an answer says that is no success (document 004's own words where it has them). Values stand in the
// details. Exhaustive for all that the ledger and the gateway may say.
import type { AuthenticationFailure } from '../../../auth/index.js'
import type { GatewayError } from '../../../gateway/index.js'
import type { Refusal } from '../../../ledger/index.js'

const refusals: { readonly [Code in Refusal['code']]: string } = {
  invalid: '请求参数无效',
  'vrf-not-found': 'VRF不存在',
  'vrf-exists': 'VRF名称已存在',
  'vrf-in-use': 'VRF中仍有网段',
  'vrf-fixed': '默认VRF不能重命名或删除',
  'network-not-found': '网段不存在',
  'network-exists': '网段已存在',
  'network-in-use': '网段中仍有已分配的IP地址',
  'claim-in-the-way': '已有的分配与该网段冲突',
  'too-many-rows': '一次更改的数据过多，请分批进行',
  'allocation-not-found': '分配记录不存在',
  'allocation-ended': '该分配已结束',
  'block-in-use': '地址块中仍有网段',
  'larger-than-network': '请求的数量超过网段容量',
  'no-space': '网段中没有可用的IP地址',
  'address-taken': 'IP地址已被分配',
  'address-not-usable': '该IP地址不可分配',
  'address-outside-network': 'IP地址不在该网段内',
  'address-in-child': 'IP地址属于更具体的网段',
  'pool-not-found': '资源池不存在',
  'pool-exists': '资源池名称已存在',
  'network-has-pool': '网段已有资源池',
  'pool-in-use': '资源池正在使用',
  'pool-exhausted': '资源池已耗尽',
  'block-not-found': '地址块不存在',
  'number-taken': '该值已被占用',
  'number-not-found': '该值不存在',
  'member-exists': '节点已是集群成员',
  'member-not-found': '节点不是集群成员',
  'member-id-used': '节点编号已使用过',
  'member-address-taken': '节点地址已被占用',
  'member-change-under-way': '正在进行另一项成员变更',
  'member-not-leaving': '该节点并未离开集群',
  'member-other-data': '该节点的数据目录不同',
  'last-member': '不能移除最后一个成员',
  'too-many-members': '集群成员数量已达上限',
  'user-not-found': '用户不存在',
  'user-exists': '用户名已存在',
  'last-admin': '必须保留至少一名启用的管理员',
  'too-many-users': '用户数量已达上限',
  'api-token-not-found': '令牌不存在',
  'too-many-api-tokens': '令牌数量已达上限，请先撤销一个',
  'too-many-revocations': '已撤销的令牌过多，请稍后再试',
  'tag-not-found': '标签不存在',
  'tag-exists': '标签名称已存在',
  'too-many-tags': '标签数量已达上限，请先删除一个',
  'custom-field-not-found': '自定义字段不存在',
  'custom-field-exists': '自定义字段已存在',
  'too-many-custom-fields': '自定义字段数量已达上限，请先删除一个',
  'not-signed-in': '登录已失效，请重新登录',
  'not-permitted': '权限不足',
  'revision-mismatch': '数据已被他人修改，请重新读取',
  'idempotency-key-reused': '该Idempotency-Key已用于其他请求',
  'step-refused': '某一步骤被拒绝，未做任何更改',
  'stale-request': '请求已过时，请重新发送',
}

const failures: { readonly [Code in AuthenticationFailure['code']]: string } = {
  'token-malformed': 'Token格式不正确',
  'token-invalid': 'Token无效',
  'token-expired': 'Token已过期',
  'token-revoked': 'Token已失效，请重新登录',
  'user-inactive': '用户已被停用',
  'address-not-allowed': '该令牌不允许从此地址使用',
}

const unanswered: { readonly [Code in GatewayError['code']]: string } = {
  'no-leader': '集群暂无主节点，请稍后再试',
  timeout: '请求超时，请稍后再试',
  overloaded: '服务器繁忙，请稍后再试',
  'not-understood': '节点版本不一致，请稍后再试',
  'version-gate': '部分节点版本过低，暂不支持该操作',
  'disk-stalled': '本节点磁盘无响应，请访问其他节点',
  'too-stale': '本节点数据过旧，请访问其他节点',
  stopping: '本节点正在停止',
  waiting: '本节点正在等待加入集群',
  removed: '本节点已被移出集群',
  diverged: '本节点数据异常，请访问其他节点',
}

const others: { readonly [reason: string]: string } = {
  unauthorized: '需要身份认证',
  'invalid-credentials': '用户名或密码错误',
  'rate-limited': '请求过于频繁，请稍后再试',
  'no-users-yet': '集群正在初始化，请稍后再试',
  'access-token-needed': '永久令牌不能执行此操作，请使用用户名和密码登录',
  'token-shown-before': '该令牌已在之前的响应中返回，请撤销后重新创建',
  'own-account': '不能删除或停用自己的账号',
  'foreign-page': '不允许其他网站的页面发送此请求',
  'body-missing': '请求需要JSON正文',
  'body-too-large': '请求正文过大',
  'malformed-json': '请求正文不是有效的JSON',
  'malformed-path': '请求路径编码无效',
  'unsupported-media-type': '请求正文必须是JSON',
  'unsupported-content-encoding': '请求正文不能压缩',
  'no-such-path': '资源不存在',
  'method-not-allowed': '不支持该请求方法',
  internal: '服务器内部错误',
}

const messages: { readonly [reason: string]: string } = {
  ...others,
  ...refusals,
  ...failures,
  ...unanswered,
}

/** @param english what is said when nobody has put it into Chinese yet */
export function chineseMessage(reason: string, english: string): string {
  return (Object.hasOwn(messages, reason) ? messages[reason] : undefined) ?? english
}
