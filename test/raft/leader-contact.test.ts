// What counts as a leader's word, and how old the last one is.
import t from 'tap'
import type { Message } from '../../src/raft/core/index.js'
import { LeaderContact } from '../../src/raft/leader-contact.js'

function heartbeat(from: number, term: number, commit: number, compactable: number): Message {
  return { type: 'heartbeat', from, to: 9, term, commit, round: 0, compactable }
}

t.test('a leader that was never heard has no age', async t => {
  const contact = new LeaderContact()
  t.equal(contact.ageMs(100), null)
  contact.heard({ type: 'timeout-now', from: 1, to: 9, term: 3 }, 10)
  t.equal(contact.ageMs(100), null, 'only appends and heartbeats are a word of a leader')
  contact.heard(heartbeat(1, 3, 7, 4), 40)
  t.equal(contact.ageMs(100), 60)
})

t.test('a deposed leader neither renews the contact nor says what may be cut', async t => {
  const contact = new LeaderContact()
  contact.heard(heartbeat(2, 5, 10, 6), 100)
  contact.heard(heartbeat(1, 4, 90, 80), 500)
  t.equal(contact.ageMs(600), 500)
  t.equal(contact.commit, 10)
  t.equal(contact.compactable(2, 5), 6)
  t.equal(contact.compactable(1, 4), 0)
})

t.test('a new leader says anew what may be cut, also less than the old one', async t => {
  const contact = new LeaderContact()
  contact.heard(heartbeat(1, 4, 90, 80), 100)
  const at = { previousIndex: 90, previousTerm: 4 }
  const append = { ...at, entries: [], commit: 90, quiet: true } as const
  contact.heard({ type: 'append', from: 2, to: 9, term: 5, ...append }, 200)
  t.equal(contact.compactable(2, 5), 0, 'it has not said anything yet')
  contact.heard(heartbeat(2, 5, 91, 30), 300)
  t.equal(contact.compactable(2, 5), 30)
  t.equal(contact.compactable(2, 6), 0, 'nor is it the word of another term')
  t.equal(contact.commit, 91)
})
