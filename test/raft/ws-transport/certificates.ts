// A private certificate authority for one test run: DER by hand, so that no tool and no key file is needed.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { PeerTls } from '../../../src/raft/ws-transport/link-context.js'

const SEQUENCE = 0x30
const SET = 0x31
/** Context-specific, constructed: version and extensions of a TBSCertificate (RFC 5280, 4.1). */
const VERSION = 0xa0
const EXTENSIONS = 0xa3
const VALIDITY_MS = 24 * 3_600_000

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body])
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 0xff), body])
}

const oid = (...bytes: readonly number[]) => der(0x06, Buffer.from(bytes))
const COMMON_NAME = oid(0x55, 0x04, 0x03)
const ECDSA_WITH_SHA256 = der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13)
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11)
const TRUE = Buffer.of(0x01, 0x01, 0xff)

function nameOf(commonName: string): Buffer {
  const attribute = der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(commonName)))
  return der(SEQUENCE, der(SET, attribute))
}

function timeOf(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${text}Z`))
}

type Authority = { readonly name: string; readonly privateKey: KeyObject }

function certificateOf(
  subject: { readonly name: string; readonly publicKey: KeyObject; readonly isCa: boolean },
  issuer: Authority,
): string {
  const extension = subject.isCa
    ? der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(0x04, der(SEQUENCE, TRUE)))
    : der(SEQUENCE, SUBJECT_ALT_NAME, der(0x04, der(SEQUENCE, der(0x87, Buffer.of(127, 0, 0, 1)))))
  const body = der(
    SEQUENCE,
    der(VERSION, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    der(SEQUENCE, timeOf(Date.now() - VALIDITY_MS), timeOf(Date.now() + VALIDITY_MS)),
    nameOf(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, extension)),
  )
  const signature = sign('sha256', body, issuer.privateKey)
  const certificate = der(SEQUENCE, body, ECDSA_WITH_SHA256, der(0x03, Buffer.of(0), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

/** @returns a function that issues certificates of one new authority, good for 127.0.0.1 */
export function newAuthority(name: string): () => PeerTls {
  const keys = newKeys()
  const authority = { name, privateKey: keys.privateKey }
  const ca = certificateOf({ name, publicKey: keys.publicKey, isCa: true }, authority)
  return () => {
    const { publicKey, privateKey } = newKeys()
    const cert = certificateOf({ name: 'a node', publicKey, isCa: false }, authority)
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), ca }
  }
}
