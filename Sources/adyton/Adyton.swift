import ArgumentParser
import Foundation
import Warehouse

/// The command line: `adyton <command>`.
///
/// Exit codes: 0 done, 1 it can't be done or was refused, 2 the command line is wrong, 130 ended by Ctrl-C.
@main
struct Adyton: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adyton",
    abstract: "A clean room for advertising signals that speaks the Amazon Marketing Cloud API.",
    version: ProgramVersion.current,
    subcommands: [
      DemoCommand.self, QuickstartCommand.self, ServeCommand.self, CheckCommand.self, LoadCommand.self,
      HashCommand.self, IdentityCommand.self,
      SandboxCommand.self, BackupCommand.self, RestoreCommand.self, VerifyCommand.self, MigrateCommand.self,
      ImportCommand.self, AdminCommand.self,
    ])

  /// On the main actor: a worker has to shut itself in before there is a second thread.
  @MainActor static func main() async {
    EngineWorker.runIfAsked()
    await runCommand()
  }

  private nonisolated static func runCommand() async {
    // A file that would grow beyond a limit is an error of the write, and no end of the process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      CommandFailure.print(fullMessage(for: error))
      Foundation.exit(2)
    }
  }
}
