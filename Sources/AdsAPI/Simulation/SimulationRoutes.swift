import Base
import CleanRoom
import Hummingbird

/// The behaviour that the server imitates, which clients can read and replace: `/adyton/simulation`. Only servers that
/// were started with a simulation have it.
struct SimulationRoutes {
  /// nil for a server that imitates nothing.
  let simulation: SimulationService?
  /// Called after each change: jobs may have become due.
  let afterChange: @Sendable () async throws -> Void

  func add(to routes: Routes) {
    guard let simulation else { return routes.leaveOut("getSimulation", "setSimulation") }
    routes.caller("getSimulation") { request in
      try request.respond(with: SimulationFile.json(of: simulation.simulation))
    }
    routes.caller("setSimulation") { request in
      simulation.replace(with: try SimulationFile.simulation(of: try await request.members()))
      try await afterChange()
      return try request.respond(with: SimulationFile.json(of: simulation.simulation))
    }
  }
}
