// Document 003's reference tables, as the documentation shows them.

const names =
  'A name stands in paths percent-encoded (`/` as `%2F`). Pools hand out and count every address of their range, the first and the last included.'

export const ipReference = `${names}

| IPv4 prefix | Block size | Subnet mask | Typical use |
|---|---|---|---|
| /32 | 1 | 255.255.255.255 | Single host, loopback |
| /31 | 2 | 255.255.255.254 | Point-to-point link (RFC 3021) |
| /30 | 4 | 255.255.255.252 | Point-to-point with network and broadcast |
| /29 | 8 | 255.255.255.248 | Very small network |
| /28 | 16 | 255.255.255.240 | Small network |
| /27 | 32 | 255.255.255.224 | Small network |
| /26 | 64 | 255.255.255.192 | Medium network |
| /25 | 128 | 255.255.255.128 | Medium network |
| /24 | 256 | 255.255.255.0 | Standard subnet (class C) |
| /23 | 512 | 255.255.254.0 | Large network |
| /22 | 1024 | 255.255.252.0 | Large network |
| /21 | 2048 | 255.255.248.0 | Large network |
| /20 | 4096 | 255.255.240.0 | Very large network |
| /16 | 65536 | 255.255.0.0 | Class B equivalent |

| IPv6 prefix | Block size | Typical use |
|---|---|---|
| /128 | 1 | Single host |
| /127 | 2 | Point-to-point link |
| /126 | 4 | Point-to-point (alternative) |
| /64 | 2^64 | Standard subnet (needed for SLAAC) |
| /56 | 256 × /64 | Residential or small business |
| /48 | 65536 × /64 | Site |
| /32 | 65536 × /48 | ISP |
`

export const rtrdReference = `A number is handed out once in all pools of the same kind, format and admin_value; the lowest free one comes first.

| format_type | Format | admin_value | Numbers | Example |
|---|---|---|---|---|
| 0 | two-octet ASN : four-octet number | 1-65535 | 0-4294967295 | 65000:100 |
| 1 | IPv4 address : two-octet number | a valid IPv4 address | 0-65535 | 10.0.0.1:100 |
| 2 | four-octet ASN : two-octet number | 1-4294967295 | 0-65535 | 4200000000:100 |
`
