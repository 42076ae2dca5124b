package import Base
package import Foundation

/// Reads and writes a simulation as JSON:
///
///     {"seed": 1,
///      "executions": {"pendingSeconds": 60, "runningSeconds": [840, 1800]},
///      "audiences": {"runningSeconds": [7200, 86400]},
///      "errors": {"429": 0.02, "500": 0.01, "503": 0.01},
///      "downloadUrls": {"lifetimeSeconds": 60},
///      "signals": {"lateSeconds": 172800}}
///
/// A number of seconds is one number, or the smallest and the largest of a range. Every field may be missing.
package enum SimulationFile {
  /// The longest wait of a piece of work: 31 days.
  package static let longestPaceSeconds = 31 * 86_400
  /// The longest lifetime of a download URL: a week.
  package static let longestLifetimeSeconds = 7 * 86_400
  /// The longest time that signals take to arrive: 400 days.
  package static let longestSignalDelaySeconds = 400 * 86_400

  private typealias Reader = JSONFieldReader<CleanRoomError>

  /// The simulation of a JSON text.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the name of the first field that is not as it should be.
  package static func simulation(of data: Data) throws(CleanRoomError) -> Simulation {
    guard let value = try? JSONValue(parsing: data), case .object(let members) = value else {
      throw .invalidField(name: "simulation", reason: "must be a JSON object.")
    }
    return try simulation(of: members)
  }

  /// The simulation of a JSON object.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the name of the first field that is not as it should be.
  package static func simulation(of members: [String: JSONValue]) throws(CleanRoomError) -> Simulation {
    var fields = Reader(members)
    var simulation = Simulation()
    if let seed = try fields.integer("seed", in: 0...Int.max) { simulation.seed = UInt64(seed) }
    simulation.executions = try pace("executions", &fields)
    simulation.audiences = try pace("audiences", &fields)
    simulation.faults = try faults(&fields)
    if let members = try fields.object("downloadUrls") {
      var urls = Reader(members, path: "downloadUrls.")
      simulation.downloadURLLifetimeSeconds = try urls.integer("lifetimeSeconds", in: 0...longestLifetimeSeconds)
      try urls.requireNoOtherField()
    }
    if let members = try fields.object("signals") {
      var signals = Reader(members, path: "signals.")
      simulation.signalDelaySeconds = try signals.integer("lateSeconds", in: 0...longestSignalDelaySeconds) ?? 0
      try signals.requireNoOtherField()
    }
    try fields.requireNoOtherField()
    return simulation
  }

  private static func pace(_ name: String, _ fields: inout Reader) throws(CleanRoomError) -> Simulation.Pace? {
    guard let members = try fields.object(name) else { return nil }
    var pace = Reader(members, path: "\(name).")
    let pending = try seconds("pendingSeconds", &pace)
    let running = try seconds("runningSeconds", &pace)
    try pace.requireNoOtherField()
    return Simulation.Pace(pendingSeconds: pending, runningSeconds: running)
  }

  private static func seconds(_ name: String, _ fields: inout Reader) throws(CleanRoomError) -> ClosedRange<Int> {
    let limits = 0...longestPaceSeconds
    let fault = CleanRoomError.wrongType(
      fields.path(of: name), expected: "a whole number from 0 to \(longestPaceSeconds), or two of them in an array")
    switch fields.value(name) {
    case nil: return 0...0
    case .integer(let number)?:
      guard let number = Int(exactly: number), limits.contains(number) else { throw fault }
      return number...number
    case .array(let elements)?:
      var bounds: [Int] = []
      for case .integer(let number) in elements { bounds.append(Int(number)) }
      guard bounds.count == 2, elements.count == 2, bounds.allSatisfy(limits.contains), bounds[0] <= bounds[1] else {
        throw fault
      }
      return bounds[0]...bounds[1]
    case .null?, .boolean?, .decimal?, .string?, .object?: throw fault
    }
  }

  private static func faults(_ fields: inout Reader) throws(CleanRoomError) -> Simulation.Faults {
    var faults = Simulation.Faults()
    guard let members = try fields.object("errors") else { return faults }
    var shares = Reader(members, path: "errors.")
    faults.throttled = try share("429", &shares)
    faults.failed = try share("500", &shares)
    faults.unavailable = try share("503", &shares)
    try shares.requireNoOtherField()
    guard faults.throttled + faults.failed + faults.unavailable <= 1 else {
      throw .invalidField(name: "errors", reason: "must be together at most 1.")
    }
    return faults
  }

  private static func share(_ name: String, _ fields: inout Reader) throws(CleanRoomError) -> Double {
    let share: Double
    switch fields.value(name) {
    case nil: return 0
    case .integer(let number)?: share = Double(number)
    case .decimal(let number)?: share = NSDecimalNumber(decimal: number).doubleValue
    case .null?, .boolean?, .string?, .array?, .object?: share = -1
    }
    guard (0...1).contains(share) else {
      throw .wrongType(fields.path(of: name), expected: "a number from 0 to 1")
    }
    return share
  }

  // MARK: Writing

  /// The JSON object of a simulation, with all of its fields.
  package static func json(of simulation: Simulation) -> JSONValue {
    var members: [String: JSONValue] = [
      "seed": .integer(Int64(clamping: simulation.seed)),
      "errors": .object([
        "429": share(simulation.faults.throttled), "500": share(simulation.faults.failed),
        "503": share(simulation.faults.unavailable),
      ]),
      "signals": .object(["lateSeconds": .integer(Int64(simulation.signalDelaySeconds))]),
    ]
    members["executions"] = simulation.executions.map(json)
    members["audiences"] = simulation.audiences.map(json)
    members["downloadUrls"] = simulation.downloadURLLifetimeSeconds.map {
      .object(["lifetimeSeconds": .integer(Int64($0))])
    }
    return .object(members)
  }

  private static func share(_ share: Double) -> JSONValue {
    .decimal(Decimal(string: "\(share)") ?? 0)
  }

  private static func json(of pace: Simulation.Pace) -> JSONValue {
    .object(["pendingSeconds": json(of: pace.pendingSeconds), "runningSeconds": json(of: pace.runningSeconds)])
  }

  private static func json(of seconds: ClosedRange<Int>) -> JSONValue {
    .array([.integer(Int64(seconds.lowerBound)), .integer(Int64(seconds.upperBound))])
  }
}
