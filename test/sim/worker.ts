// A process that runs the seeds it is sent, one at a time; its argument names a bug to plant first.
import { plant } from './mutations/plant.js'

plant(process.argv[2] ?? null)
// Only now, so that the hooks see the product's modules.
const { Simulation } = await import('./simulation.js')

process.on('message', async seed => {
  const report = await new Simulation(seed as number).run()
  // The trace of a world that kept its promises is not worth the way.
  process.send?.(report.findings.length > 0 ? report : { ...report, trace: [] })
})
process.on('disconnect', () => process.exit())
