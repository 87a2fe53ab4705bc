// A world with users: root (1) administers, ann (2) and ben (3) are managers, and joe (4) may only read.
import { World } from './world.js'

export function worldOfUsers(): World {
  const world = new World()
  const secret = { passwordHash: 'h' }
  world.result({ type: 'user.bootstrap', username: 'root', email: 'r@x.y', ...secret })
  for (const [username, role] of [
    ['ann', 'manager'],
    ['ben', 'manager'],
    ['joe', 'user'],
  ] as const) {
    const facts = { email: `${username}@x.y`, role, theme: 'light', ...secret } as const
    world.result({ type: 'user.create', username, ...facts })
  }
  return world
}
