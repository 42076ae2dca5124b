import ArgumentParser
import CleanRoom
import Foundation

/// The behaviour of AMC that a server imitates.
struct SimulationOptions: ParsableArguments {
  @Option(
    help: """
      Imitate AMC as this JSON file says: waits of executions and audiences, failing requests, expired downloads, late \
      signals. Clients can change it with POST /adyton/simulation. Not for a server that somebody relies on \
      (ADYTON_SIMULATE).
      """)
  var simulate = OptionalSetting<String>("ADYTON_SIMULATE")

  /// The simulation of the file; nil for a server that imitates nothing.
  ///
  /// - Parameter isChangeable: Whether clients may begin one without a file.
  /// - Throws: `ExitCode` for a file that can't be read, or is not a simulation; the text names the field.
  func service(isChangeable: Bool) throws -> SimulationService? {
    guard let path = try simulate.value else { return isChangeable ? SimulationService() : nil }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw CommandFailure.unreadable(path, "The file can't be read.")
    }
    do throws(CleanRoomError) {
      return SimulationService(try SimulationFile.simulation(of: data))
    } catch {
      throw CommandFailure.unreadable(path, error.message)
    }
  }
}
