// The package's own entry loads its limiters of every database, which cost 10 MB; what it says of this one holds here too.
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  import { RateLimiterMemory } from 'rate-limiter-flexible'
  export = RateLimiterMemory
}
