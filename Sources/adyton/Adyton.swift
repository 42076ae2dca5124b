import ArgumentParser

/// The command line: `adyton <command>`.
@main
struct Adyton: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adyton",
    abstract: "A clean room for advertising signals that speaks the Amazon Marketing Cloud API.",
    subcommands: [
      DemoCommand.self, ServeCommand.self, CheckCommand.self, LoadCommand.self, SandboxCommand.self, AdminCommand.self,
    ])
}
